package io.github.coordination.session;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.SessionGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SessionTimesTests {

	private static final Duration ASKED = Duration.ofSeconds(15);

	@Test
	void renewsThreeTimesInATtl() {
		assertThat(times(15_000, 15_000).renewEvery()).isEqualTo(Duration.ofSeconds(5));
	}

	@Test
	void renewsSoonerWhereTheStoreGrantsLess() {
		SessionTimes times = times(10_000, 6_667);

		assertThat(times.renewEvery()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
		assertThat(times.renewEvery().plus(times.callTimeout()).plus(times.guard()))
			.isLessThan(Duration.ofMillis(6_667));
	}

	@Test
	void grantThatLeavesNoTimeForARenewalIsRefusedWithTheTtlToSet() {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> times(5_000, 3_333))
			.withMessageContaining("grants a session of PT5S")
			.withMessageContaining("PT15S that were asked for")
			.withMessageContaining("set it to 5000ms");
	}

	@Test
	void ttlThatIsTooShortIsRefused() {
		Duration asked = Duration.ofMillis(600);
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> SessionTimes.of(new SessionGrant(asked, asked, "store"), asked))
			.withMessageContaining("such as 15s");
	}

	private static SessionTimes times(long granted, long safe) {
		return SessionTimes.of(new SessionGrant(Duration.ofMillis(granted), Duration.ofMillis(safe), "store"), ASKED);
	}

}
