package io.github.coordination.spi.support;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OwnEntries}.
 */
class OwnEntriesTests {

	private final OwnEntries<String, Long> own = new OwnEntries<>(0L);

	@Test
	void entryCountsFromBeforeItIsAskedForUntilItIsGone() {
		assertThat(this.own.contains("a")).isFalse();

		Optional<Long> made = this.own.make("a", () -> {
			assertThat(this.own.contains("a")).isTrue();
			assertThat(this.own.known("a")).isZero();
			return Optional.of(7L);
		}, (revision) -> revision);

		assertThat(made).contains(7L);
		assertThat(this.own.known()).containsEntry("a", 7L).hasSize(1);
		assertThat(this.own.forget("a", 7L)).isTrue();
		assertThat(this.own.known()).isEmpty();
	}

	@Test
	void whatIsRefusedOrNotSentIsForgotten() {
		assertThat(this.own.make("a", Optional::<Long>empty, (revision) -> revision)).isEmpty();
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> fail("b", false));

		assertThat(this.own.known()).isEmpty();
	}

	@Test
	void repetitionThatIsRefusedOrNotSentLeavesWhatWasMade() {
		make("a", 7);

		assertThat(this.own.make("a", Optional::<Long>empty, (revision) -> revision)).isEmpty();
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> fail("a", false));

		assertThat(this.own.known()).containsEntry("a", 7L);
	}

	@Test
	void whatMayYetComeIsNeverForgotten() {
		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> fail("a", true));
		assertThat(this.own.contains("a")).isTrue();

		assertThat(this.own.make("a", Optional::<Long>empty, (revision) -> revision)).isEmpty();
		assertThat(this.own.contains("a")).as("refused when it was repeated").isTrue();

		make("a", 7);
		assertThat(this.own.forget("a", 7L)).isFalse();
		assertThat(this.own.known()).as("gone, and nothing is known of another").containsEntry("a", 0L);
	}

	@Test
	void whatWasMadeMeanwhileIsNeitherForgottenNorChanged() {
		make("a", 7);
		make("a", 8);

		assertThat(this.own.forget("a", 7L)).isFalse();
		this.own.note("a", 7L, 0L);
		assertThat(this.own.known("a")).isEqualTo(8);

		this.own.note("a", 8L, 0L);
		assertThat(this.own.known("a")).isZero();
		this.own.note("b", 0L, 1L);
		assertThat(this.own.contains("b")).isFalse();
	}

	private void make(String key, long revision) {
		this.own.make(key, () -> Optional.of(revision), (made) -> made);
	}

	private void fail(String key, boolean unknown) {
		this.own.make(key, () -> {
			throw unknown ? new IndeterminateResultException("unknown") : new BackendUnavailableException("down");
		}, (Long made) -> made);
	}

}
