package io.github.coordination.backend.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.backend.jdbc.JdbcBackendContract.Source;
import io.github.coordination.server.Certificates;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Users, rights and TLS of a database server.
 */
abstract class JdbcSecurityContract {

	static final String ALWAYS = "?initialize-schema=always";

	final JdbcFixture fixture = new JdbcFixture();

	/** The shared server's url for a user, given as {@code user:password}. */
	abstract String url(String user);

	/** Let {@code app} with the password {@code app/1} read and write, and no more. */
	abstract void createUser() throws SQLException;

	/** Start a server with a certificate. */
	abstract Secure start(Certificates certificates) throws SQLException;

	@AfterEach
	void closeFixture() {
		this.fixture.close();
	}

	@Test
	void wrongPasswordIsAMistakeInTheConfiguration() {
		CoordinationBackend client = this.fixture.client(url("coordination:a-secret"));

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageContaining("user or password")
			.withMessageNotContaining("a-secret");
	}

	@Test
	void userWhoMayOnlyReadAndWriteNeedsNoMore() throws SQLException {
		this.fixture.client(url("coordination:coordination") + ALWAYS).open(JdbcFixture.TTL);
		createUser();
		CoordinationBackend client = this.fixture.client(url("app:app%2F1"));

		BackendSession session = client.open(JdbcFixture.TTL);
		Entry entry = this.fixture.enqueue(session, this.fixture.queue("a")).entry();
		client.watch(this.fixture.queue("a"), (change) -> {
		}).close();
		assertThat(session.renew()).isEqualTo(session.grant());
		assertThat(session.delete(entry)).isTrue();
		session.close();
	}

	@Test
	void serverShowsItsCertificate(@TempDir Path directory, @TempDir Path stranger) throws Exception {
		Certificates certificates = Certificates.create(directory);
		Secure secure = start(certificates);
		try {
			BackendSession session = this.fixture.client(secure.url("localhost") + certificates.ca())
				.open(JdbcFixture.TTL);
			assertThat(session.renew()).isEqualTo(session.grant());

			assertRefused(secure.url("localhost") + Certificates.create(stranger).ca());
			String otherName = secure.url("127.0.0.2") + certificates.ca();
			assertRefused(otherName);
			this.fixture.client(otherName.replace("verify-full", "verify-ca")).open(JdbcFixture.TTL);
		}
		finally {
			secure.server().close();
		}
	}

	private void assertRefused(String url) {
		CoordinationBackend client = this.fixture.client(url);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageStartingWith("no connection to the database")
			.withMessageNotContainingAny("password", "a-secret");
	}

	static void execute(Source source, String... statements) throws SQLException {
		try (Connection connection = source.connect(); Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
	}

	/**
	 * A server with a certificate.
	 *
	 * @param server to be closed
	 * @param url leads to it over TLS, with the host left open; the file of the authority
	 * belongs behind it
	 */
	record Secure(AutoCloseable server, String url) {

		String url(String host) {
			return this.url.formatted(host);
		}

	}

}
