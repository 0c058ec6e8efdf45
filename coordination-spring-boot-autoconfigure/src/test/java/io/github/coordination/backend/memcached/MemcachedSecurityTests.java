package io.github.coordination.backend.memcached;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.MemcachedServer;
import io.github.coordination.spi.BackendSession;

import static io.github.coordination.backend.memcached.MemcachedFixture.TTL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Urls, users and TLS.
 */
@Tag("memcached")
@Timeout(60)
class MemcachedSecurityTests {

	@TempDir
	Path files;

	private final MemcachedFixture fixture = new MemcachedFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "memcached://host", "memcached://host:11211", "memcached://127.0.0.1:1/",
			"memcached://[::1]:11211", "memcached://[::1]", "memcacheds://host", "memcached://user:pa%3Ass@host" })
	void urlIsUnderstood(String url) {
		assertThatCode(() -> this.fixture.backend(url, TTL)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "memcached:", "memcached:host", "memcached://", "memcached://a,b",
			"memcached://a:11211,b:11211", "memcached://host:port", "memcached://host:0", "memcached://host:65536",
			"memcached://host/path", "memcached://host?ttl=5", "memcached://host?ca=/tmp/ca.pem",
			"memcached://SECRET@host", "memcached://user:SEC%20RET@host", "memcached://user:SEC%0D%0ARET@host",
			"memcached://:SECRET@host", "memcached://user:@host" })
	void faultyUrlIsRefusedWithoutItsSecrets(String url) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> this.fixture.backend(url, TTL))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("SEC"));
	}

	@Test
	void userOfTheServersFileIsLetIn() {
		try (MemcachedServer guarded = MemcachedServer.startGuarded("app", "open:sesame")) {
			String host = "127.0.0.1:" + guarded.port();
			MemcachedBackend backend = this.fixture.backend("memcached://app:open%3Asesame@" + host, TTL);

			BackendSession session = backend.open(TTL);
			assertThat(session.delete(this.fixture.enqueue(session, this.fixture.queue("a")).entry())).isTrue();

			for (String user : new String[] { "", "app:SECRET@", "other:SECRET@" }) {
				MemcachedBackend stranger = this.fixture.backend("memcached://" + user + host, TTL);
				assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> stranger.open(TTL))
					.satisfies((ex) -> assertThat(trace(ex)).contains("user").doesNotContain("SECRET"));
			}
		}
	}

	@Test
	void tlsIsSpokenBothWays() {
		Certificates certificates = Certificates.create(this.files);
		try (MemcachedServer server = MemcachedServer.start(certificates)) {
			String url = "memcacheds://localhost:" + server.port();
			String own = "certificate=" + certificates.client() + "&key=" + certificates.clientKey();
			MemcachedBackend backend = this.fixture.backend(url + "?ca=" + certificates.ca() + "&" + own, TTL);

			BackendSession session = backend.open(TTL);
			assertThat(session.delete(this.fixture.enqueue(session, this.fixture.queue("a")).entry())).isTrue();
			assertThat(session.renew()).isNotNull();

			for (String options : new String[] { "", "?ca=" + certificates.ca(), "?" + own }) {
				MemcachedBackend stranger = this.fixture.backend(url + options, TTL);
				assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> stranger.open(TTL));
			}
			MemcachedBackend plain = this.fixture.backend("memcached://localhost:" + server.port(), TTL);
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> plain.open(TTL));
		}
	}

	private static String trace(Throwable ex) {
		StringWriter trace = new StringWriter();
		ex.printStackTrace(new PrintWriter(trace));
		return trace.toString();
	}

}
