package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.PostgreSqlServer;

@Tag("postgresql")
class PostgreSqlDataSourceTests extends JdbcDataSourceContract {

	@Override
	String driverUrl() {
		return "jdbc:postgresql://127.0.0.1:" + PostgreSqlServer.shared().port()
				+ "/coordination?user=coordination&password=coordination";
	}

	@Override
	String initialize() {
		return "set lock_timeout = '7s'; set statement_timeout = 77000";
	}

	@Override
	List<Object> settings(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"select current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') || ' '"
								+ " || (select count(*) from pg_listening_channels())")) {
			rows.next();
			return List.of(rows.getString(1), connection.getAutoCommit(), connection.getTransactionIsolation(),
					connection.getNetworkTimeout());
		}
	}

}
