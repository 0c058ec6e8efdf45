package io.github.coordination.recipe;

import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the check of mutual exclusion lets pass, and what not.
 */
class ExclusionCheckTests {

	private final CoordinatorOptions options = CoordinatorOptions.of("local:" + UUID.randomUUID());

	@Test
	void findsNothingWhereALockIsHeldByOneAtATime() {
		check("one", "one");
	}

	@Test
	void findsThoseWhoShareALock() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> check("one", "other"));
	}

	private void check(String namespace, String another) {
		try (Coordinator first = Coordinator.connect(this.options.withNamespace(namespace));
				Coordinator second = Coordinator.connect(this.options.withNamespace(another));
				ExclusionCheck check = new ExclusionCheck()) {
			check.start(first);
			check.start(second);
			check.awaitProgress();
			check.finish();
		}
	}

}
