package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbDataSourceTests extends JdbcDataSourceContract {

	@Override
	String driverUrl() {
		return "jdbc:mariadb://127.0.0.1:" + MariaDbServer.shared().port()
				+ "/coordination?user=coordination&password=coordination";
	}

	@Override
	String initialize() {
		return "set time_zone = '+05:00', innodb_lock_wait_timeout = 77, max_statement_time = 7.5,"
				+ " sql_mode = 'ANSI_QUOTES,SIMULTANEOUS_ASSIGNMENT'";
	}

	@Override
	List<Object> settings(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"select concat(@@time_zone, ' ', @@innodb_lock_wait_timeout, ' ', @@max_statement_time, ' ', @@sql_mode)")) {
			rows.next();
			return List.of(rows.getString(1), connection.getAutoCommit(), connection.getTransactionIsolation(),
					connection.getNetworkTimeout());
		}
	}

}
