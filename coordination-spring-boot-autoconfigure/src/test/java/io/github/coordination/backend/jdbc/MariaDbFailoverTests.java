package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbFailoverTests extends JdbcFailoverContract {

	static final String ENDING_OTHERS = "select concat('kill ', id) from information_schema.processlist"
			+ " where user = '" + MariaDbServer.NAME + "' and id <> connection_id()";

	@Override
	String url() {
		return MariaDbServer.shared().url();
	}

	@Override
	Connection connect() {
		return MariaDbServer.shared().connect();
	}

	@Override
	String endingOthers() {
		return ENDING_OTHERS;
	}

}
