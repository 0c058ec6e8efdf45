package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Clock;

/**
 * A connection of ours, with its prepared statements. Every statement commits by itself
 * and ends in time: the server gives up waiting for a row and then the statement, and
 * after that the socket does. Used by one thread at a time. Blocks; what fails is an
 * {@link SQLException}.
 */
final class Link {

	/** Parts of the call timeout, in percent: all a call may do fits into the whole. */
	private static final int ROW_WAIT = 70;

	private static final int STATEMENT = 80;

	private static final int SHORT_WAIT = 10;

	private static final int SOCKET = 95;

	private final Connection connection;

	private final Dialect dialect;

	private final Sql sql;

	private final boolean borrowed;

	/** How it came, to let it go so. */
	private final boolean autoCommit;

	private final int isolation;

	private final int networkTimeout;

	private final Clock clock;

	/** What the socket's timeout is, and what it is unless less time is left. */
	private int socketMillis;

	private final int longestMillis;

	/** When the call ends that it is used for. */
	private long end;

	private final Map<String, PreparedStatement> statements = new HashMap<>();

	private Link(Connection connection, Dialect dialect, boolean borrowed, int longestMillis, Clock clock)
			throws SQLException {
		this.connection = connection;
		this.dialect = dialect;
		this.sql = new Sql(dialect);
		this.borrowed = borrowed;
		this.autoCommit = connection.getAutoCommit();
		// asks the server, and only what is given back must be known
		this.isolation = borrowed ? connection.getTransactionIsolation() : Connection.TRANSACTION_NONE;
		this.networkTimeout = connection.getNetworkTimeout();
		this.longestMillis = longestMillis;
		this.clock = clock;
	}

	/**
	 * Prepare a connection for our use. Closes it if that fails.
	 * @param borrowed whether it goes back to the application, so that what we tell it
	 * must be undone
	 */
	static Link of(Connection connection, Duration callTimeout, boolean borrowed, Clock clock) throws SQLException {
		try {
			Dialect dialect = Dialect.of(connection);
			long millis = callTimeout.toMillis();
			Link link = new Link(connection, dialect, borrowed, (int) (millis * SOCKET / 100), clock);
			connection.setAutoCommit(true);
			link.limit(link.longestMillis);
			if (!dialect.settings().isEmpty() && connection.getMetaData()
				.supportsTransactionIsolationLevel(Connection.TRANSACTION_READ_COMMITTED)) {
				connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			}
			for (String setting : dialect.settings()) {
				link.execute(
						setting.formatted(part(millis, ROW_WAIT), part(millis, STATEMENT), part(millis, SHORT_WAIT)));
			}
			return link;
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	Dialect dialect() {
		return this.dialect;
	}

	Sql sql() {
		return this.sql;
	}

	Connection connection() {
		return this.connection;
	}

	/** Whether it still works. One round trip. */
	boolean works(Duration timeout) {
		try {
			return this.connection.isValid((int) Math.max(timeout.toSeconds(), 1));
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/** Run something that is not worth preparing. */
	void execute(String text) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(text);
		}
	}

	/** Change rows, whether or not the dialect returns something of them. */
	int change(String text, @Nullable Object... values) throws SQLException {
		PreparedStatement statement = prepare(text, values);
		if (!statement.execute()) {
			return statement.getUpdateCount();
		}
		try (ResultSet rows = statement.getResultSet()) {
			int count = 0;
			while (rows.next()) {
				count++;
			}
			return count;
		}
	}

	/** Read, or change and return, at most one row. */
	<T> Optional<T> first(String text, Row<T> row, @Nullable Object... values) throws SQLException {
		try (ResultSet rows = prepare(text, values).executeQuery()) {
			return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
		}
	}

	/** Read rows. */
	<T> List<T> all(String text, Row<T> row, @Nullable Object... values) throws SQLException {
		try (ResultSet rows = prepare(text, values).executeQuery()) {
			List<T> all = new ArrayList<>();
			while (rows.next()) {
				all.add(row.read(rows));
			}
			return all;
		}
	}

	/** Let the connection go, as it came. Never fails. */
	void close() {
		try (Connection closing = this.connection) {
			if (this.borrowed && !closing.isClosed()) {
				for (String reset : this.dialect.resets()) {
					execute(reset);
				}
				limit(this.networkTimeout);
				closing.setTransactionIsolation(this.isolation);
				closing.setAutoCommit(this.autoCommit);
			}
		}
		catch (SQLException ex) {
			// it is gone, or its pool will find out
		}
	}

	/** Let the statements of a call end by then. */
	void endBy(long nanos) {
		this.end = nanos;
	}

	private PreparedStatement prepare(String text, @Nullable Object... values) throws SQLException {
		long left = TimeUnit.NANOSECONDS.toMillis(this.end - this.clock.nanoTime());
		if (left <= 0) {
			throw new SQLTimeoutException("no time is left for another statement");
		}
		limit((int) Math.min(left, this.longestMillis));
		PreparedStatement statement = this.statements.get(text);
		if (statement == null) {
			statement = this.connection.prepareStatement(text);
			this.statements.put(text, statement);
		}
		for (int i = 0; i < values.length; i++) {
			statement.setObject(i + 1, values[i]);
		}
		return statement;
	}

	private static long part(long millis, int percent) {
		return Math.max(millis * percent / 100, 1);
	}

	private void limit(int millis) throws SQLException {
		if (millis != this.socketMillis && this.dialect.hasServer()) {
			this.connection.setNetworkTimeout(Runnable::run, millis);
			this.socketMillis = millis;
		}
	}

	/**
	 * Makes something of a row.
	 */
	@FunctionalInterface
	interface Row<T> {

		T read(ResultSet rows) throws SQLException;

	}

}
