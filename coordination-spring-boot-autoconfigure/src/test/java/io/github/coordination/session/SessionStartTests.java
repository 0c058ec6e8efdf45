package io.github.coordination.session;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.ClientSource;
import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.SessionState;
import io.github.coordination.backend.local.LocalBackendProvider;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Interleaving;
import io.github.coordination.test.FaultyBackend;
import io.github.coordination.test.Operation;
import io.github.coordination.test.Simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a session begins, or does not.
 */
@Timeout(60)
class SessionStartTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	/** For tests in which pauses last as long as they say. */
	private static final Duration SHORT = Duration.ofSeconds(2);

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

	private final Simulation simulation = Simulation.inOrder();

	private final Environment environment = this.simulation.newEnvironment();

	private final FaultyBackend faulty = new FaultyBackend(
			new LocalBackendProvider().create(new BackendConfig(BackendUrl.parse("local:" + UUID.randomUUID()),
					"default", TTL, TTL.dividedBy(6), this.environment, ClientSource.of())),
			this.environment)
		.withTtl(Duration.ofSeconds(10));

	private final Interleaving moments = new Interleaving();

	@AfterEach
	void close() {
		this.faulty.close();
	}

	@Test
	void startWaitsUntilTheSessionIsOpen() {
		this.faulty.withTtl(SHORT);
		this.faulty.on(Operation.OPEN).times(2).unavailable();
		this.faulty.on(Operation.OPEN).replyLost();

		try (SessionEngine engine = start(SHORT)) {
			assertThat(engine.state()).isEqualTo(SessionState.CONNECTED);
			assertThat(engine.lease().isConnected()).isTrue();
		}

		assertThat(this.faulty.calls(Operation.OPEN)).isEqualTo(4);
	}

	@Test
	void startGivesUpAfterTheConnectTimeout() {
		this.faulty.on(Operation.OPEN).always().unavailable();
		for (int i = 0; i < 100; i++) {
			this.moments.beforeNext(Operation.OPEN, () -> this.simulation.time().advance(Duration.ofSeconds(3)));
		}

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> start(SHORT))
			.withMessageContaining(CONNECT_TIMEOUT.toString())
			.withCauseInstanceOf(BackendUnavailableException.class);

		assertThat(this.faulty.calls(Operation.OPEN)).isEqualTo(4);
		assertNothingIsLeft();
	}

	@Test
	void interruptedStartEndsEarlyAndKeepsTheInterrupt() {
		this.faulty.on(Operation.OPEN).always().unavailable();
		Thread.currentThread().interrupt();

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> start(TTL));

		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.faulty.calls(Operation.OPEN)).isEqualTo(1);
	}

	@Test
	void ttlThatLeavesNoTimeToRepeatARenewalIsRefused() {
		// 2.5 s for a renewal and a guard of 1.5 s leave less than a tenth of the ttl
		this.faulty.withTtl(Duration.ofSeconds(5));

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> start(TTL)).satisfies((ex) -> {
			assertThat(ex.setting()).isEqualTo("coordination.ttl");
			assertThat(ex.problem()).contains("PT15S", "PT5S");
			assertThat(ex.action()).contains("longer ttl");
		});

		assertThat(this.faulty.calls(Operation.OPEN)).isEqualTo(1);
		assertNothingIsLeft();
		this.faulty.withTtl(Duration.ofSeconds(6));
		try (SessionEngine engine = start(TTL)) {
			assertThat(engine.lease().isLive()).isTrue();
		}
	}

	@Test
	void ttlThatIsAllGuardIsRefused() {
		Duration brief = Duration.ofMillis(600);
		this.faulty.withTtl(brief);

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> start(brief));

		assertNothingIsLeft();
	}

	private SessionEngine start(Duration ttl) {
		return SessionEngine.start(this.moments.over(this.faulty), ttl, CONNECT_TIMEOUT, this.environment);
	}

	private void assertNothingIsLeft() {
		assertThat(this.moments.openSessions()).isZero();
		int before = this.faulty.calls(Operation.OPEN, Operation.RENEW);
		this.simulation.advance(Duration.ofMinutes(5));
		assertThat(this.faulty.calls(Operation.OPEN, Operation.RENEW)).isEqualTo(before);
	}

}
