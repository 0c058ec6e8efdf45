package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.PostgreSqlServer;

@Tag("postgresql")
class PostgreSqlTrapsTests extends JdbcTrapsContract {

	@Override
	String url() {
		return PostgreSqlServer.shared().url();
	}

	@Override
	Connection connect() {
		return PostgreSqlServer.shared().connect();
	}

}
