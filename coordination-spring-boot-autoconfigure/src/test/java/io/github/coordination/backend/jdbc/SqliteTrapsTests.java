package io.github.coordination.backend.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("sqlite")
class SqliteTrapsTests extends JdbcTrapsContract {

	@TempDir
	static Path temporary;

	@Override
	String url() {
		return "jdbc:sqlite:" + temporary.resolve("coordination.db");
	}

	@Override
	Connection connect() throws SQLException {
		return DriverManager.getConnection(url() + "?busy_timeout=5000");
	}

}
