package io.github.coordination.backend.consul;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.ConsulServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Entry;

import static io.github.coordination.backend.consul.ConsulFixture.bytes;
import static io.github.coordination.backend.consul.ConsulFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tokens and TLS.
 */
@Tag("consul")
@Timeout(60)
class ConsulSecurityTests {

	private static final String MASTER = "5ec7e700-0000-0000-0000-00000000cafe";

	@TempDir
	Path files;

	private final ConsulFixture fixture = new ConsulFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void tokenNeedsItsNamespaceAndSessionsOnly() {
		try (ConsulServer guarded = ConsulServer.startGuarded(MASTER)) {
			eventually().until(() -> guarded.call("GET", "acl/tokens", "").startsWith("["));
			String policy = "key_prefix \\\"coordination/" + this.fixture.namespace()
					+ "/\\\" { policy = \\\"write\\\" } session_prefix \\\"\\\" { policy = \\\"write\\\" }";
			guarded.call("PUT", "acl/policy", "{\"Name\":\"least\",\"Rules\":\"" + policy + "\"}");
			String created = guarded.call("PUT", "acl/token", "{\"Policies\":[{\"Name\":\"least\"}]}");
			String token = member("SecretID", created);
			String url = "consul://:" + token + "@127.0.0.1:" + guarded.port();
			ConsulBackend backend = this.fixture.backend(url, ConsulFixture.TTL);

			BackendSession session = backend.open(ConsulFixture.TTL);
			Entry entry = session.enqueue(this.fixture.queue("a"), this.fixture.attempt(session), "x", bytes("v"), 0)
				.orElseThrow()
				.entry();
			backend.watch(this.fixture.queue("a"), (change) -> {
			}).close();
			assertThat(backend.list(this.fixture.queue("a"))).hasSize(1);
			assertThat(session.entries()).hasSize(1);
			assertThat(session.renew()).isNotNull();
			assertThat(session.delete(entry)).isTrue();

			guarded.call("DELETE", "acl/token/" + member("AccessorID", created), "");
			eventually().untilAsserted(() -> assertThatExceptionOfType(BackendUnavailableException.class)
				.isThrownBy(() -> backend.list(this.fixture.queue("a")))
				.satisfies((ex) -> assertThat(trace(ex)).doesNotContain(token)));
		}
	}

	@Test
	void tokenThatMayOnlyReadKeysFailsTheStartAndReleasesNothing() {
		try (ConsulServer guarded = ConsulServer.startGuarded(MASTER)) {
			eventually().until(() -> guarded.call("GET", "acl/tokens", "").startsWith("["));
			String rules = "{\"Name\":\"some\",\"Rules\":\"key_prefix \\\"\\\" { policy = \\\"%s\\\" } "
					+ "session_prefix \\\"\\\" { policy = \\\"write\\\" }\"}";
			String policy = member("ID", guarded.call("PUT", "acl/policy", rules.formatted("write")));
			String token = member("SecretID", guarded.call("PUT", "acl/token", "{\"Policies\":[{\"Name\":\"some\"}]}"));
			String url = "consul://:" + token + "@127.0.0.1:" + guarded.port();
			BackendSession session = this.fixture.backend(url, ConsulFixture.TTL).open(ConsulFixture.TTL);
			Entry entry = session.create(this.fixture.queue("d").entry("a"), bytes("v")).orElseThrow();

			guarded.call("PUT", "acl/policy/" + policy, rules.formatted("read"));

			ConsulBackend later = this.fixture.backend(url, ConsulFixture.TTL);
			eventually().untilAsserted(() -> assertThatExceptionOfType(ConfigurationException.class)
				.isThrownBy(() -> later.open(ConsulFixture.TTL)));
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> session.delete(entry))
				.withMessageContaining("Permission denied");
			assertThat(session.entries()).hasSize(1);
		}
	}

	@Test
	void missingOrWrongTokenIsAMatterOfSettings() {
		try (ConsulServer guarded = ConsulServer.startGuarded(MASTER)) {
			String wrong = "00c0ffee-0000-0000-0000-00000000cafe";
			for (String user : new String[] { "", ":" + wrong + "@", wrong + "@" }) {
				ConsulBackend backend = this.fixture.backend("consul://" + user + "127.0.0.1:" + guarded.port(),
						ConsulFixture.TTL);

				assertThatExceptionOfType(ConfigurationException.class)
					.isThrownBy(() -> backend.open(ConsulFixture.TTL))
					.satisfies((ex) -> assertThat(trace(ex)).contains("token").doesNotContain(wrong));
			}
			assertThat(this.fixture.backend("consul://" + MASTER + "@127.0.0.1:" + guarded.port(), ConsulFixture.TTL)
				.open(ConsulFixture.TTL)).isNotNull();
		}
	}

	@Test
	void tlsIsSpokenBothWays() {
		Certificates certificates = Certificates.create(this.files);
		try (ConsulServer server = ConsulServer.start(certificates)) {
			String url = "consuls://localhost:" + server.port();
			String own = "&certificate=" + certificates.client() + "&key=" + certificates.clientKey();
			ConsulBackend backend = this.fixture.backend(url + "?ca=" + certificates.ca() + own, ConsulFixture.TTL);

			BackendSession session = eventually().ignoreException(BackendUnavailableException.class)
				.until(() -> backend.open(ConsulFixture.TTL), (opened) -> true);
			assertThat(session.create(this.fixture.queue("d").entry("a"), bytes("v"))).isPresent();
			assertThat(session.renew()).isNotNull();

			for (String options : new String[] { "", "?ca=" + certificates.ca(), "?" + own.substring(1) }) {
				ConsulBackend stranger = this.fixture.backend(url + options, ConsulFixture.TTL);
				assertThatExceptionOfType(BackendUnavailableException.class)
					.isThrownBy(() -> stranger.open(ConsulFixture.TTL));
			}
			ConsulBackend plain = this.fixture.backend("consul://localhost:" + server.port(), ConsulFixture.TTL);
			assertThatExceptionOfType(BackendUnavailableException.class)
				.isThrownBy(() -> plain.open(ConsulFixture.TTL));
		}
	}

	@Test
	void datacenterIsAskedFor() {
		int port = ConsulServer.shared().port();
		ConsulBackend right = this.fixture.backend("consul://127.0.0.1:" + port + "?datacenter=dc1", ConsulFixture.TTL);
		ConsulBackend wrong = this.fixture.backend("consul://127.0.0.1:" + port + "?datacenter=dc2", ConsulFixture.TTL);

		BackendSession session = right.open(ConsulFixture.TTL);

		assertThat(session.create(this.fixture.queue("d").entry("a"), bytes("v"))).isPresent();
		assertThat(right.list(this.fixture.queue("d"))).hasSize(1);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> wrong.open(ConsulFixture.TTL))
			.withMessageContaining("No path to datacenter");
	}

	@Test
	void prefixIsInFrontOfAllKeys() {
		ConsulServer server = ConsulServer.shared();
		ConsulBackend backend = this.fixture.backend("consul://127.0.0.1:" + server.port() + "/team.a/app",
				ConsulFixture.TTL);

		backend.create(this.fixture.queue("d").entry("a"), bytes("v"));

		assertThat(server.call("GET", "kv/team.a/app/" + this.fixture.namespace() + "/?keys", "")).contains("/.format",
				"/lock/d/a");
		assertThat(server.call("GET", this.fixture.path("?keys"), "")).isEmpty();
	}

	private static String member(String name, String json) {
		Matcher matcher = Pattern.compile("\"" + name + "\": ?\"([^\"]+)\"").matcher(json);
		assertThat(matcher.find()).as(json).isTrue();
		return matcher.group(1);
	}

	private static String trace(Throwable ex) {
		StringWriter trace = new StringWriter();
		ex.printStackTrace(new PrintWriter(trace));
		return trace.toString();
	}

}
