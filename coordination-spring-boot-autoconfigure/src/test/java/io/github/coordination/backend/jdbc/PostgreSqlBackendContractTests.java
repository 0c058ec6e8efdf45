package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.PostgreSqlServer;

@Tag("postgresql")
class PostgreSqlBackendContractTests extends JdbcBackendContract {

	@Override
	protected String url() {
		return PostgreSqlServer.shared().url() + "?initialize-schema=always";
	}

	@Override
	Connection connect() {
		return PostgreSqlServer.shared().connect();
	}

}
