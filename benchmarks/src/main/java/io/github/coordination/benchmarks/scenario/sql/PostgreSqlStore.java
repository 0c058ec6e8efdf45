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
import io.github.coordination.server.PostgreSqlServer;

/**
 * One PostgreSQL. Its requests are the transactions it has ended.
 */
public final class PostgreSqlStore implements Store {

	@Override
	public String name() {
		return "postgresql";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new RowContender(), new IntegrationContender(""), new ShedLockContender(""),
				new CoordinatorContender());
	}

	@Override
	public Server start() {
		PostgreSqlServer server = PostgreSqlServer.start();
		return new Server(server.url() + Connections.WITH_TABLES, server);
	}

	@Override
	public long requests(String url) throws SQLException {
		try (Connection connection = DriverManager.getConnection(Connections.jdbc(url));
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(
						"select xact_commit + xact_rollback from pg_stat_database where datname = current_database()")) {
			row.next();
			return row.getLong(1);
		}
	}

}
