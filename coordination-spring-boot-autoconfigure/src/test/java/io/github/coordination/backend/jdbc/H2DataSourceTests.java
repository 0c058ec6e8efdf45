package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.H2Server;

@Tag("h2")
class H2DataSourceTests extends JdbcDataSourceContract {

	@Override
	String driverUrl() {
		return H2Server.shared().url();
	}

	@Override
	String initialize() {
		return "set lock_timeout 7000; set query_timeout 77000";
	}

	@Override
	List<Object> settings(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement
					.executeQuery("select lock_timeout() || ' ' || setting_value from information_schema.settings"
							+ " where setting_name = 'QUERY_TIMEOUT'")) {
			rows.next();
			return List.of(rows.getString(1), connection.getAutoCommit(), connection.getTransactionIsolation());
		}
	}

}
