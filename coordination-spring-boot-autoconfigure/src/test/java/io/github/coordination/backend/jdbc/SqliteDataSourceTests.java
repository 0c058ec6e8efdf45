package io.github.coordination.backend.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("sqlite")
class SqliteDataSourceTests extends JdbcDataSourceContract {

	@TempDir
	static Path temporary;

	@Override
	String driverUrl() {
		return "jdbc:sqlite:" + temporary.resolve("coordination.db");
	}

	@Override
	String initialize() {
		return "pragma busy_timeout = 777";
	}

	@Override
	List<Object> settings(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(
						"select timeout || ' ' || synchronous" + " from pragma_busy_timeout, pragma_synchronous")) {
			rows.next();
			return List.of(rows.getString(1), connection.getAutoCommit(), connection.getTransactionIsolation());
		}
	}

}
