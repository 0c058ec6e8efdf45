package io.github.coordination.backend.jdbc;

import java.sql.SQLException;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.Certificates;
import io.github.coordination.server.MariaDbServer;

/**
 * Users, rights and TLS.
 */
@Tag("mariadb")
class MariaDbSecurityTests extends JdbcSecurityContract {

	private final MariaDbServer server = MariaDbServer.shared();

	@Override
	String url(String user) {
		return "mariadb://" + user + "@127.0.0.1:" + this.server.port() + "/coordination";
	}

	@Override
	void createUser() throws SQLException {
		execute(this.server::connect, "create user app@'%' identified by 'app/1'",
				"grant select, insert, update, delete on coordination.* to app@'%'");
	}

	@Override
	Secure start(Certificates certificates) throws SQLException {
		MariaDbServer secure = MariaDbServer.start(certificates);
		execute(secure::connect, "create user tls@'%' identified by 'a-secret' require ssl",
				"grant all on coordination.* to tls@'%'");
		return new Secure(secure,
				"jdbc:mariadb://%s:" + secure.port()
						+ "/coordination?user=tls&password=a-secret&initialize-schema=always&sslMode=verify-full"
						+ "&serverSslCert=");
	}

}
