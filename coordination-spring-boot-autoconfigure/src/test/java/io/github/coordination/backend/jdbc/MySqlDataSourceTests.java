package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlDataSourceTests extends JdbcDataSourceContract {

	@Override
	String driverUrl() {
		return "jdbc:mysql://127.0.0.1:" + MySqlServer.shared().port()
				+ "/coordination?user=coordination&password=coordination";
	}

	@Override
	String initialize() {
		return "set time_zone = '+05:00', innodb_lock_wait_timeout = 77,"
				+ " sql_mode = 'ANSI_QUOTES,NO_ENGINE_SUBSTITUTION'";
	}

	@Override
	List<Object> settings(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement
					.executeQuery("select concat(@@time_zone, ' ', @@innodb_lock_wait_timeout, ' ', @@sql_mode)")) {
			rows.next();
			return List.of(rows.getString(1), connection.getAutoCommit(), connection.getTransactionIsolation(),
					connection.getNetworkTimeout());
		}
	}

	@Override
	int statementsToTake() {
		return 2;
	}

}
