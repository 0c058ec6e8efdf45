package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlBackendContractTests extends JdbcBackendContract {

	@Override
	protected String url() {
		return MySqlServer.shared().url() + "?initialize-schema=always";
	}

	@Override
	Connection connect() {
		return MySqlServer.shared().connect();
	}

}
