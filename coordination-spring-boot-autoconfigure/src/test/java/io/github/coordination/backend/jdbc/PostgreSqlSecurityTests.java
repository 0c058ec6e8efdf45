package io.github.coordination.backend.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.PgBouncer;
import io.github.coordination.server.PostgreSqlServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Users, rights, TLS and proxies.
 */
@Tag("postgresql")
class PostgreSqlSecurityTests {

	private static final String ALWAYS = "?initialize-schema=always";

	private final JdbcFixture fixture = new JdbcFixture();

	private final PostgreSqlServer server = PostgreSqlServer.shared();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void wrongPasswordIsAMistakeInTheConfiguration() {
		CoordinationBackend client = this.fixture.client("postgresql://" + PostgreSqlServer.NAME
				+ ":a-secret@127.0.0.1:" + this.server.port() + "/coordination");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageContaining("user or password")
			.withMessageNotContaining("a-secret");
	}

	@Test
	void userWhoMayOnlyReadAndWriteNeedsNoMore() throws SQLException {
		this.fixture.client(this.server.url() + ALWAYS).open(JdbcFixture.TTL);
		execute("create role app login password 'app/1'",
				"grant select, insert, update, delete on coordination_namespace, coordination_session,"
						+ " coordination_queue, coordination_entry to app");
		CoordinationBackend client = this.fixture
			.client("postgresql://app:app%2F1@127.0.0.1:" + this.server.port() + "/coordination");

		BackendSession session = client.open(JdbcFixture.TTL);
		Entry entry = this.fixture.enqueue(session, this.fixture.queue("a")).entry();
		client.watch(this.fixture.queue("a"), (change) -> {
		}).close();
		assertThat(session.renew()).isEqualTo(session.grant());
		assertThat(session.delete(entry)).isTrue();
		session.close();
	}

	@Test
	void serverShowsItsCertificate(@TempDir Path directory, @TempDir Path stranger) {
		Certificates certificates = Certificates.create(directory);
		try (PostgreSqlServer secure = PostgreSqlServer.start(certificates)) {
			String url = "jdbc:postgresql://%s:" + secure.port()
					+ "/coordination?user=coordination&password=coordination&initialize-schema=always&sslmode=verify-full"
					+ "&sslrootcert=";

			BackendSession session = this.fixture.client(url.formatted("localhost") + certificates.ca())
				.open(JdbcFixture.TTL);
			assertThat(session.renew()).isEqualTo(session.grant());

			assertRefused(url.formatted("localhost") + Certificates.create(stranger).ca());
			String otherName = url.formatted("127.0.0.2") + certificates.ca();
			assertRefused(otherName);
			this.fixture.client(otherName.replace("verify-full", "verify-ca")).open(JdbcFixture.TTL);
		}
	}

	@Test
	void proxyThatPoolsTransactionsIsRefused() {
		try (PgBouncer proxy = PgBouncer.start(this.server, "transaction")) {
			CoordinationBackend client = this.fixture.client(proxy.url() + ALWAYS);

			assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
				.withMessageContaining("pools transactions");
		}
	}

	@Test
	void proxyThatPoolsSessionsWillDo() {
		try (PgBouncer proxy = PgBouncer.start(this.server, "session")) {
			BackendSession session = this.fixture.client(proxy.url() + ALWAYS).open(JdbcFixture.TTL);

			assertThat(session.renew()).isEqualTo(session.grant());
			this.fixture.enqueue(session, this.fixture.queue("a"));
		}
	}

	private void assertRefused(String url) {
		CoordinationBackend client = this.fixture.client(url);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageStartingWith("no connection to the database")
			.withMessageNotContaining("password");
	}

	private void execute(String... statements) throws SQLException {
		try (Connection connection = this.server.connect(); Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
	}

}
