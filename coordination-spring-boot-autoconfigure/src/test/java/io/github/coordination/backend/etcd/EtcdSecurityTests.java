package io.github.coordination.backend.etcd;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.EtcdServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Users, rights and TLS.
 */
@Tag("etcd")
class EtcdSecurityTests {

	private static final Duration TTL = Duration.ofSeconds(9);

	private final EtcdFixture fixture = new EtcdFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void userWithRightsOnItsNamespaceAloneNeedsNoMore() {
		try (EtcdServer server = EtcdServer.start()) {
			server.enableUsers("app", "pass:wo/rd@1", "/coordination/app/");
			String url = "etcd://app:pass%3Awo%2Frd%401@127.0.0.1:" + server.port();
			CoordinationBackend client = this.fixture.client(url, "app", TTL);
			Directory queue = new Directory("app", "lock", "a");

			BackendSession session = client.open(TTL);
			Entry entry = this.fixture.enqueue(session, queue).entry();
			assertThat(session.entries()).extracting(Entry::id).containsExactly(entry.id());
			client.watch(queue, (change) -> {
			}).close();
			assertThat(session.renew()).isEqualTo(session.grant());
			// whoever knew the token does not any longer
			server.process().stop();
			server.process().restart();
			server.process().awaitPort(server.port());
			EtcdFixture.eventually().ignoreException(BackendUnavailableException.class).until(() -> {
				client.watch(queue, (change) -> {
				}).close();
				return !client.list(queue).isEmpty();
			});
			assertThat(session.renew()).isEqualTo(session.grant());
			assertThat(session.delete(entry)).isTrue();
			session.close();
			assertThat(client.list(queue)).isEmpty();

			CoordinationBackend stranger = this.fixture.client(url, "other", TTL);
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> stranger.open(TTL))
				.withMessageContaining("permission denied")
				.withMessageNotContaining("pass");
		}
	}

	@Test
	void wrongPasswordIsAMistakeInTheConfiguration() {
		try (EtcdServer server = EtcdServer.start()) {
			server.enableUsers("app", "right-word", "/coordination/");
			CoordinationBackend client = this.fixture.client("etcd://app:secret-word@127.0.0.1:" + server.port(), "app",
					TTL);
			CoordinationBackend nobody = this.fixture.client(server.url(), "app", TTL);

			assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(TTL))
				.withMessageContaining("does not know that user")
				.withMessageNotContaining("secret-word");
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> nobody.open(TTL))
				.withMessageContaining("user name is empty");
		}
	}

	@Test
	void userWhoIsNotAskedForIsAMistakeInTheConfiguration() {
		CoordinationBackend client = this.fixture
			.client("etcd://app:secret-word@127.0.0.1:" + EtcdServer.shared().port());

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(TTL))
			.withMessageContaining("etcdctl auth enable")
			.withMessageNotContaining("secret-word");
	}

	@Test
	void bothSidesShowTheirCertificates(@TempDir Path directory, @TempDir Path stranger) {
		Certificates certificates = Certificates.create(directory);
		Certificates others = Certificates.create(stranger);
		try (EtcdServer server = EtcdServer.start(certificates)) {
			String ca = "?ca=" + certificates.ca();
			String own = "&certificate=" + certificates.client() + "&key=" + certificates.clientKey();
			String host = "etcds://localhost:" + server.port();

			BackendSession session = patient(host + ca + own).open(TTL);
			assertThat(session.renew()).isEqualTo(session.grant());
			assertThat(patient("etcds://127.0.0.1:" + server.port() + ca + own).open(TTL)).isNotNull();

			assertRefused(host + ca, "certificate");
			assertRefused(host + ca + "&certificate=" + others.client() + "&key=" + others.clientKey(), "certificate");
			assertRefused(host + "?ca=" + others.ca() + own, "Signature");
			assertRefused(host + "?" + own.substring(1), "unable to find valid certification path");
			assertRefused("etcds://127.0.0.2:" + server.port() + ca + own, "127.0.0.2");
			assertRefused("etcd://localhost:" + server.port(), "etcd at localhost");
		}
	}

	/** The first handshake of a JVM takes long on a machine with much to do. */
	private CoordinationBackend patient(String url) {
		return this.fixture.client(url, this.fixture.namespace(), Duration.ofMinutes(1));
	}

	private void assertRefused(String url, String why) {
		CoordinationBackend client = patient(url);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> client.open(TTL))
			.withMessageContaining(why);
	}

}
