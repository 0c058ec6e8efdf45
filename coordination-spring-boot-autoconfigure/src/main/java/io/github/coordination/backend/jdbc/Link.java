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

	private static final String CANCELLED = "57014";

	private final Connection connection;

	private final Dialect dialect;

	private final Sql sql;

	private final boolean borrowed;

	/** How it came, to let it go so. */
	private final boolean autoCommit;

	private final int isolation;

	private final int networkTimeout;

	/** What it must be told to be as it came. */
	private final List<String> restores = new ArrayList<>();

	private final Clock clock;

	private final long opened;

	/** What the socket's timeout is, and what it is unless less time is left. */
	private int socketMillis;

	private final int longestMillis;

	/** When the call ends that it is used for. */
	private long end;

	/** Whether that call has changed something. */
	private boolean hasWritten;

	private final Map<String, PreparedStatement> statements = new HashMap<>();

	private Link(Connection connection, boolean borrowed, Duration callTimeout, Clock clock, long opened)
			throws SQLException {
		this.connection = connection;
		this.dialect = Dialect.of(connection);
		this.sql = new Sql(this.dialect);
		this.borrowed = borrowed;
		this.longestMillis = (int) part(callTimeout.toMillis(), SOCKET);
		this.clock = clock;
		this.opened = opened;
		this.networkTimeout = connection.getNetworkTimeout();
		begin(clock.nanoTime() + callTimeout.toNanos());
		limit();
		this.autoCommit = connection.getAutoCommit();
		// asks the server, and only what is given back must be known
		this.isolation = borrowed ? connection.getTransactionIsolation() : Connection.TRANSACTION_NONE;
	}

	/**
	 * Open a connection and prepare it for our use, within the time of a call. Closes it
	 * if that fails.
	 * @param borrowed whether it goes back to the application, so that what we tell it
	 * must be undone
	 */
	static Link open(Source source, Duration callTimeout, boolean borrowed, Clock clock) throws SQLException {
		// whatever is left while it is being opened may be what it leads to
		long opened = clock.nanoTime();
		Connection connection = source.open();
		Link link;
		try {
			link = new Link(connection, borrowed, callTimeout, clock, opened);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
		try {
			link.set(callTimeout.toMillis());
			return link;
		}
		catch (SQLException | RuntimeException ex) {
			link.close();
			throw ex;
		}
	}

	private void set(long millis) throws SQLException {
		if (this.borrowed) {
			for (String restorer : this.dialect.restorers()) {
				this.restores.add(String.valueOf(execute(restorer)));
			}
		}
		this.connection.setAutoCommit(true);
		if (this.connection.getMetaData().supportsTransactionIsolationLevel(Connection.TRANSACTION_READ_COMMITTED)) {
			this.connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
		}
		for (String setting : this.dialect.settings()) {
			Dialect.check(setting, execute(
					setting.formatted(part(millis, ROW_WAIT), part(millis, STATEMENT), part(millis, SHORT_WAIT))));
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

	/** Whether it goes back to the application. */
	boolean isBorrowed() {
		return this.borrowed;
	}

	/** Whether it still works. One round trip. */
	boolean works(Duration timeout) {
		begin(this.clock.nanoTime() + timeout.toNanos());
		try {
			execute("select 1");
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/** When it began to be opened. */
	long opened() {
		return this.opened;
	}

	/**
	 * Run something that is not worth preparing.
	 * @return the first word of its answer, {@code null} if there is none
	 */
	@Nullable String execute(String text) throws SQLException {
		limit();
		try (Statement statement = this.connection.createStatement()) {
			if (!statement.execute(text)) {
				return null;
			}
			try (ResultSet rows = statement.getResultSet()) {
				return rows.next() ? rows.getString(1) : null;
			}
		}
	}

	/** Change rows, whether or not the dialect returns something of them. */
	int change(String text, @Nullable Object... values) throws SQLException {
		PreparedStatement statement = prepare(text, values);
		int count = 0;
		if (!statement.execute()) {
			count = statement.getUpdateCount();
		}
		else {
			try (ResultSet rows = statement.getResultSet()) {
				while (rows.next()) {
					count++;
				}
			}
		}
		this.hasWritten |= count > 0;
		return count;
	}

	/**
	 * Read, or change and return, one row. It is read to the end: there, and not before,
	 * SQLite commits.
	 */
	<T> Optional<T> first(String text, Row<T> row, @Nullable Object... values) throws SQLException {
		try (ResultSet rows = prepare(text, values).executeQuery()) {
			Optional<T> first = rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
			while (rows.next()) {
				// none of these counts
			}
			return first;
		}
	}

	/** Read rows. */
	<T> List<T> all(String text, Row<T> row, @Nullable Object... values) throws SQLException {
		List<T> all = new ArrayList<>();
		each(text, (rows) -> all.add(row.read(rows)), values);
		return all;
	}

	/** Read rows one by one. */
	void each(String text, Reader reader, @Nullable Object... values) throws SQLException {
		try (ResultSet rows = prepare(text, values).executeQuery()) {
			while (rows.next()) {
				reader.read(rows);
			}
		}
	}

	/** Let the connection go, as it came or broken. Never fails. */
	void close() {
		try (Connection closing = this.connection) {
			if (this.borrowed && !closing.isClosed() && !restore()) {
				closing.abort(Runnable::run);
			}
		}
		catch (SQLException ex) {
			// it is gone, or its pool will find out
		}
	}

	/**
	 * Let a connection go that nobody shall use any more: not even the application, whose
	 * pool would hand it out again.
	 */
	void discard() {
		if (this.borrowed) {
			abort();
		}
		close();
	}

	/** Break it, under whoever uses it. */
	void abort() {
		try {
			this.connection.abort(Runnable::run);
		}
		catch (SQLException ex) {
			// it is broken already
		}
	}

	/** Begin a call, whose statements are to end by then. */
	void begin(long end) {
		this.end = end;
		this.hasWritten = false;
	}

	/**
	 * Whether a statement of this call has changed something, so that the failure of a
	 * later one does not say that nothing has happened.
	 */
	boolean hasWritten() {
		return this.hasWritten;
	}

	/** Each by itself: one that fails must not keep the others from being done. */
	private boolean restore() {
		begin(this.clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(this.longestMillis));
		boolean restored = true;
		for (String each : this.restores) {
			restored &= succeeds(() -> execute(each));
		}
		restored &= succeeds(() -> this.connection.setTransactionIsolation(this.isolation));
		restored &= succeeds(() -> this.connection.setAutoCommit(this.autoCommit));
		return restored & succeeds(() -> limit(this.networkTimeout));
	}

	private static boolean succeeds(Step step) {
		try {
			step.run();
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private PreparedStatement prepare(String text, @Nullable Object... values) throws SQLException {
		limit();
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

	/** Let the next statement end with the call. */
	private void limit() throws SQLException {
		long left = TimeUnit.NANOSECONDS.toMillis(this.end - this.clock.nanoTime());
		if (left <= 0) {
			// as if the server had cancelled it: it is not even sent
			throw new SQLTimeoutException("no time is left for another statement", CANCELLED);
		}
		limit((int) Math.min(left, this.longestMillis));
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
	 * Where a connection comes from.
	 */
	@FunctionalInterface
	interface Source {

		Connection open() throws SQLException;

	}

	/**
	 * A part of what is to be undone.
	 */
	@FunctionalInterface
	private interface Step {

		void run() throws SQLException;

	}

	/**
	 * Makes something of a row.
	 */
	@FunctionalInterface
	interface Row<T> {

		T read(ResultSet rows) throws SQLException;

	}

	/**
	 * Reads one row, and keeps of it what it likes.
	 */
	@FunctionalInterface
	interface Reader {

		void read(ResultSet rows) throws SQLException;

	}

}
