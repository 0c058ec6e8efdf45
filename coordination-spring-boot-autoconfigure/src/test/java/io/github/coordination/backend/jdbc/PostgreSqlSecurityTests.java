package io.github.coordination.backend.jdbc;

import java.sql.SQLException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.ConfigurationException;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.PgBouncer;
import io.github.coordination.server.PostgreSqlServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Users, rights, TLS and proxies.
 */
@Tag("postgresql")
class PostgreSqlSecurityTests extends JdbcSecurityContract {

	private final PostgreSqlServer server = PostgreSqlServer.shared();

	@Override
	String url(String user) {
		return "postgresql://" + user + "@127.0.0.1:" + this.server.port() + "/coordination";
	}

	@Override
	void createUser() throws SQLException {
		execute(this.server::connect, "create role app login password 'app/1'",
				"grant select, insert, update, delete on coordination_namespace, coordination_session,"
						+ " coordination_queue, coordination_entry to app");
	}

	@Override
	Secure start(Certificates certificates) {
		PostgreSqlServer secure = PostgreSqlServer.start(certificates);
		return new Secure(secure, "jdbc:postgresql://%s:" + secure.port()
				+ "/coordination?user=coordination&password=coordination&initialize-schema=always&sslmode=verify-full"
				+ "&sslrootcert=");
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

}
