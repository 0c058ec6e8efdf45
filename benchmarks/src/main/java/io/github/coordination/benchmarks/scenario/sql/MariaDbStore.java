package io.github.coordination.benchmarks.scenario.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.MariaDbServer;

/**
 * One MariaDB. Its requests are the statements it has executed, but for the few of asking
 * for their number.
 */
public final class MariaDbStore implements Store {

	@Override
	public String name() {
		return "mariadb";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new RowContender(), new IntegrationContender("(3)"), new ShedLockContender("(3)"),
				new CoordinatorContender());
	}

	@Override
	public Server start() {
		MariaDbServer server = MariaDbServer.start();
		return new Server(server.url() + Connections.WITH_TABLES, server);
	}

	@Override
	public long requests(String url) throws SQLException {
		try (Connection connection = DriverManager.getConnection(Connections.jdbc(url));
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("show global status like 'Questions'")) {
			row.next();
			return row.getLong(2);
		}
	}

}
