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
import io.github.coordination.server.MariaDbServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Users, rights and TLS.
 */
@Tag("mariadb")
class MariaDbSecurityTests {

	private final JdbcFixture fixture = new JdbcFixture();

	private final MariaDbServer server = MariaDbServer.shared();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void wrongPasswordIsAMistakeInTheConfiguration() {
		CoordinationBackend client = this.fixture
			.client("mariadb://" + MariaDbServer.NAME + ":a-secret@127.0.0.1:" + this.server.port() + "/coordination");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageContaining("user or password")
			.withMessageNotContaining("a-secret");
	}

	@Test
	void userWhoMayOnlyReadAndWriteNeedsNoMore() throws SQLException {
		this.fixture.client(this.server.url() + "?initialize-schema=always").open(JdbcFixture.TTL);
		execute(this.server, "create user app@'%' identified by 'app/1'",
				"grant select, insert, update, delete on coordination.* to app@'%'");
		CoordinationBackend client = this.fixture
			.client("mariadb://app:app%2F1@127.0.0.1:" + this.server.port() + "/coordination");

		BackendSession session = client.open(JdbcFixture.TTL);
		Entry entry = this.fixture.enqueue(session, this.fixture.queue("a")).entry();
		assertThat(session.renew()).isEqualTo(session.grant());
		assertThat(session.delete(entry)).isTrue();
		session.close();
	}

	@Test
	void serverShowsItsCertificate(@TempDir Path directory, @TempDir Path stranger) throws SQLException {
		Certificates certificates = Certificates.create(directory);
		try (MariaDbServer secure = MariaDbServer.start(certificates)) {
			execute(secure, "create user tls@'%' identified by 'a-secret' require ssl",
					"grant all on coordination.* to tls@'%'");
			String url = "jdbc:mariadb://%s:" + secure.port()
					+ "/coordination?user=tls&password=a-secret&initialize-schema=always&sslMode=verify-full"
					+ "&serverSslCert=";

			BackendSession session = this.fixture.client(url.formatted("localhost") + certificates.ca())
				.open(JdbcFixture.TTL);
			assertThat(session.renew()).isEqualTo(session.grant());

			assertRefused(url.formatted("localhost") + Certificates.create(stranger).ca());
			String otherName = url.formatted("127.0.0.2") + certificates.ca();
			assertRefused(otherName);
			this.fixture.client(otherName.replace("verify-full", "verify-ca")).open(JdbcFixture.TTL);
		}
	}

	private void assertRefused(String url) {
		CoordinationBackend client = this.fixture.client(url);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageStartingWith("no connection to the database")
			.withMessageNotContaining("a-secret");
	}

	private static void execute(MariaDbServer server, String... statements) throws SQLException {
		try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
	}

}
