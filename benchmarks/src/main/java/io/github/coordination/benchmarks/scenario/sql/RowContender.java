package io.github.coordination.benchmarks.scenario.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;

import com.zaxxer.hikari.HikariDataSource;

import io.github.coordination.benchmarks.scenario.contender.Attempts;
import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * The bare limit of a SQL database: a row that is inserted if there is none, and deleted,
 * each in a transaction of its own on the thread's own connection.
 */
final class RowContender implements Contender {

	/** Violation of a unique key, as the SQL standard calls it. */
	private static final String TAKEN = "23505";

	@Override
	public String name() {
		return "bare-row";
	}

	@Override
	public Client open(String url) throws SQLException {
		HikariDataSource pool = Connections.open(url);
		try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("create table if not exists bare_lock (name varchar(200) primary key)");
		}
		return new Client() {

			@Override
			public Section section(String name) throws SQLException {
				return new RowSection(pool.getConnection(), name);
			}

			@Override
			public void close() {
				pool.close();
			}

		};
	}

	private static final class RowSection implements Section {

		private final Connection connection;

		private final PreparedStatement insert;

		private final PreparedStatement delete;

		private RowSection(Connection connection, String name) throws SQLException {
			this.connection = connection;
			this.insert = connection.prepareStatement("insert into bare_lock (name) values (?)");
			this.insert.setString(1, name);
			this.delete = connection.prepareStatement("delete from bare_lock where name = ?");
			this.delete.setString(1, name);
		}

		@Override
		public void enter() throws Exception {
			Attempts.repeat(this::insert);
		}

		private boolean insert() throws SQLException {
			try {
				return this.insert.executeUpdate() == 1;
			}
			catch (SQLIntegrityConstraintViolationException | SQLTransactionRollbackException ex) {
				// MariaDB ends what several do with one row by calling it a deadlock
				return false;
			}
			catch (SQLException ex) {
				if (TAKEN.equals(ex.getSQLState())) {
					return false;
				}
				throw ex;
			}
		}

		@Override
		public void leave() throws SQLException {
			if (this.delete.executeUpdate() != 1) {
				throw new IllegalStateException("The row was gone");
			}
		}

		@Override
		public void close() {
			try {
				this.connection.close();
			}
			catch (SQLException ex) {
				throw new IllegalStateException("The connection does not close", ex);
			}
		}

	}

}
