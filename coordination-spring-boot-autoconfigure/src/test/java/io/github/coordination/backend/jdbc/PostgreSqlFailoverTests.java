package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.PostgreSqlServer;

@Tag("postgresql")
class PostgreSqlFailoverTests extends JdbcFailoverContract {

	@Override
	String url() {
		return PostgreSqlServer.shared().url();
	}

	@Override
	Connection connect() {
		return PostgreSqlServer.shared().connect();
	}

	@Override
	String endingOthers() {
		return "select 'select pg_terminate_backend(' || pid || ')' from pg_stat_activity"
				+ " where datname = current_database() and pid <> pg_backend_pid()";
	}

}
