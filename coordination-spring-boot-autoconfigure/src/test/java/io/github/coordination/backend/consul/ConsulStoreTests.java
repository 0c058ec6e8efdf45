package io.github.coordination.backend.consul;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.server.ConsulServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;

import static io.github.coordination.backend.consul.ConsulFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which store it is: what its marker says, and what becomes of a session when it is
 * another one.
 */
@Tag("consul")
@Timeout(60)
class ConsulStoreTests {

	private final ConsulServer server = ConsulServer.shared();

	private final ConsulFixture fixture = new ConsulFixture();

	private final Directory queue = this.fixture.queue("a");

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void emptiedStoreIsNoticedAtTheNextRenewal() {
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		String identity = session.grant().storeIdentity();

		this.server.call("DELETE", this.fixture.path("?recurse"), "");

		assertThat(session.renew().storeIdentity()).isNotEqualTo(identity);
	}

	@Test
	void restartedServerThatForgotEverythingEndsTheSession() {
		try (ConsulServer own = ConsulServer.start("{}")) {
			BackendSession session = this.fixture.backend(own.port()).open(ConsulFixture.TTL);
			this.fixture.enqueue(session, this.queue);

			own.process().kill();
			assertThatExceptionOfType(BackendUnavailableException.class)
				.isThrownBy(() -> eventually().ignoreException(IndeterminateResultException.class)
					.until(() -> session.delete(this.fixture.enqueue(session, this.queue).entry())));
			own.process().restart();

			eventually().ignoreException(BackendUnavailableException.class)
				.ignoreException(IndeterminateResultException.class)
				.untilAsserted(() -> assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew));
			assertThat(session.isOver()).isTrue();
		}
	}

	@Test
	void newerFormatIsRefused() {
		this.server.call("PUT", this.fixture.path(".format"), "2 whatever");
		ConsulBackend backend = this.fixture.backend(this.server.port());

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(ConsulFixture.TTL))
			.withMessageContaining("version 2");
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.list(this.queue));
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> Coordinator.connect(CoordinatorOptions.of("consul://127.0.0.1:" + this.server.port())
				.withNamespace(this.fixture.namespace())));

		this.server.call("PUT", this.fixture.path(".format"), "what is this");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(ConsulFixture.TTL))
			.withMessageContaining("not written by this library");
	}

	@Test
	void newerFormatThatComesLaterEndsTheSessionAndIsRefusedFromThenOn() {
		ConsulBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = backend.open(ConsulFixture.TTL);
		backend.list(this.queue);

		this.server.call("PUT", this.fixture.path(".format"), "2 whatever");

		assertThat(session.renew().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(ConsulFixture.TTL));
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.list(this.queue))
			.withMessageContaining("format version 2, and this version knows 1");
	}

}
