package io.github.coordination.autoconfigure;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.Guarantees.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Requirement} and {@code coordination.require}.
 */
class RequirementTests {

	private final String url = "local:" + UUID.randomUUID();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare.withPropertyValues("coordination.url=" + this.url);

	@Test
	void betterLevelsMeetALevel() {
		for (Level level : Level.values()) {
			Guarantees guarantees = guarantees(level);
			assertThat(Requirement.QUORUM.isMetBy(guarantees)).isEqualTo(level == Level.QUORUM);
			assertThat(Requirement.SINGLE.isMetBy(guarantees))
				.isEqualTo(level == Level.QUORUM || level == Level.SINGLE);
			assertThat(Requirement.BEST_EFFORT.isMetBy(guarantees)).isEqualTo(level != Level.LOCAL);
		}
	}

	@Test
	void whateverAStoreCanPromiseCanBeRequired() {
		assertThat(Requirement.values()).extracting(Enum::name)
			.containsExactlyInAnyOrderElementsOf(Stream
				.concat(EnumSet.complementOf(EnumSet.of(Level.LOCAL)).stream(),
						EnumSet.complementOf(EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS)).stream())
				.map(Enum::name)
				.toList());
		for (Characteristic each : EnumSet.complementOf(EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS))) {
			assertThat(Requirement.valueOf(each.name()).isMetBy(guarantees(Level.SINGLE, each))).isTrue();
			assertThat(Requirement.valueOf(each.name()).isMetBy(guarantees(Level.QUORUM))).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "quorum", "causal,quorum", "distributed-across-hosts", "best-effort" })
	void storeThatPromisesLessFailsTheStart(String required) {
		this.runner.withPropertyValues("coordination.require=" + required).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(ConfigurationException.class, (failure) -> {
					assertThat(failure.setting()).isEqualTo("coordination.require");
					assertThat(failure.problem()).contains("promises LOCAL (", "CAUSAL", "not the required ")
						.doesNotContain("required CAUSAL");
				});
		});
	}

	@Test
	void storeThatPromisesEnoughIsUsed() {
		this.runner.withPropertyValues("coordination.require=linearizable,causal")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class));
	}

	@Test
	void coordinatorOfTheApplicationIsHeldToItToo() {
		this.bare.withBean(Coordinator.class, () -> Coordinator.connect(this.url))
			.withPropertyValues("coordination.require=quorum")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("coordination.require"));
	}

	@Test
	void whatNobodyKnowsIsRefused() {
		this.runner.withPropertyValues("coordination.require=best")
			.run((context) -> assertThat(context).hasFailed().getFailure().rootCause().hasMessageContaining("best"));
	}

	private static Guarantees guarantees(Level level, Characteristic... characteristics) {
		return new Guarantees(level, Set.of(characteristics), Duration.ZERO, Guarantees.WatchKind.PUSH,
				Guarantees.TokenDurability.STORE_COUNTER, 1, 1);
	}

}
