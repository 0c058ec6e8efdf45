package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlFailoverTests extends JdbcFailoverContract {

	@Override
	String url() {
		return MySqlServer.shared().url();
	}

	@Override
	Connection connect() {
		return MySqlServer.shared().connect();
	}

	@Override
	String endingOthers() {
		return MariaDbFailoverTests.ENDING_OTHERS;
	}

}
