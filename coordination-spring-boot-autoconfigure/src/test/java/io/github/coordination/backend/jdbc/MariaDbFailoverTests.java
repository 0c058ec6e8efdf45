package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbFailoverTests extends JdbcFailoverContract {

	@Override
	String url() {
		return MariaDbServer.shared().url();
	}

	@Override
	Connection connect() {
		return MariaDbServer.shared().connect();
	}

	@Override
	List<String> endingOthers(Statement statement) throws SQLException {
		List<String> ending = new ArrayList<>();
		try (ResultSet rows = statement.executeQuery("select concat('kill ', id) from information_schema.processlist"
				+ " where user = '" + MariaDbServer.NAME + "' and id <> connection_id()")) {
			while (rows.next()) {
				ending.add(rows.getString(1));
			}
		}
		return ending;
	}

}
