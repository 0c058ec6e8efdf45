package io.github.coordination.backend.redis;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.FreePorts;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.redis.RedisFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Connections over TLS, to a server that asks for a certificate.
 */
@Tag("redis")
class RedisTlsTests {

	@TempDir
	static Path directory;

	private static Certificates certificates;

	private final RedisFixture client = new RedisFixture();

	@BeforeAll
	static void makeCertificates() {
		certificates = Certificates.create(directory);
		RedisTimes.warmUp(RedisServer.shared());
	}

	@AfterEach
	void close() {
		this.client.close();
	}

	@Test
	void everythingGoesOverTls() {
		int port = FreePorts.take();
		try (RedisServer server = startTls(port, "yes")) {
			assertThat(server).isNotNull();
			RedisBackend backend = this.client.connect("rediss://localhost:" + port + "?ca=" + certificates.ca()
					+ "&certificate=" + certificates.client() + "&key=" + certificates.clientKey(),
					Duration.ofSeconds(15));
			BackendSession session = backend.open(Duration.ofSeconds(15));
			Directory queue = this.client.queue("q");
			try (Watch watch = backend.watch(queue, (change) -> {
			})) {
				assertThat(watch).isNotNull();
				assertThat(session.enqueue(queue, session.id() + ".1", "x", bytes("v"), 0)).isPresent();
			}
		}
	}

	@Test
	void serverMustBeTrustedAndClientMustBeKnown() {
		int port = FreePorts.take();
		try (RedisServer server = startTls(port, "yes")) {
			assertThat(server).isNotNull();
			for (String url : new String[] { "rediss://localhost:" + port,
					"rediss://localhost:" + port + "?ca=" + certificates.ca(), "redis://localhost:" + port }) {
				RedisBackend backend = this.client.connect(url);
				assertThatExceptionOfType(BackendUnavailableException.class)
					.isThrownBy(() -> backend.open(Duration.ofSeconds(6)));
			}
		}
	}

	@Test
	void nameOfTheServerMustBeThatOfItsCertificate() {
		int port = FreePorts.take();
		try (RedisServer server = startTls(port, "no")) {
			assertThat(server).isNotNull();
			String ca = "?ca=" + certificates.ca();
			assertThat(this.client.connect("rediss://127.0.0.1:" + port + ca, Duration.ofSeconds(15))
				.open(Duration.ofSeconds(15))).isNotNull();
			assertThatExceptionOfType(BackendUnavailableException.class)
				.isThrownBy(() -> this.client.connect("rediss://127.0.0.2:" + port + ca).open(Duration.ofSeconds(6)));
		}
	}

	private static RedisServer startTls(int port, String askForCertificates) {
		RedisServer server = RedisServer.start("--bind", "127.0.0.1", "127.0.0.2", "--tls-port", Integer.toString(port),
				"--tls-ca-cert-file", certificates.ca().toString(), "--tls-cert-file", certificates.server().toString(),
				"--tls-key-file", certificates.serverKey().toString(), "--tls-auth-clients", askForCertificates);
		server.process().awaitPort(port);
		return server;
	}

}
