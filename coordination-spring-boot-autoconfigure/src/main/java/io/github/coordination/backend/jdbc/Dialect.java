package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendUrl;

/**
 * In what databases differ.
 *
 * @param name what its script is called
 * @param upsert how a row is inserted or updated in one statement
 * @param returning how a statement returns the rows it wrote
 * @param now the clock at this very moment, in microseconds since 1970
 * @param start the clock at the start of the statement, the same wherever it is written
 * @param fresh a revision for a new row, larger than that of any row of its key before
 * @param position where a text is in another, the text sought written first
 * @param greatest the larger of two numbers
 * @param stamp keeps a number for {@code last_insert_id()}, where nothing is returned
 * @param identity what the server calls a connection, empty if there is no server
 * @param settings what a new connection is told, with times in milliseconds: to wait for
 * a row's lock, for a statement, and for a lock if the statement is then repeated
 * @param restorers queries for what a connection must be told to be again as it is now
 * @param refusals vendor codes of statements that had no effect, besides their SQLState
 * @param demotions the same of a server that does not take writes, or not any more
 * @param notifies whether it has LISTEN and NOTIFY
 * @param scope who can share it
 */
record Dialect(String name, Upsert upsert, Returning returning, String now, String start, String fresh, String position,
		String greatest, String stamp, String identity, List<String> settings, List<String> restorers,
		Set<Integer> refusals, Set<Integer> demotions, boolean notifies, Scope scope) {

	/** Answered with what it is from now on. */
	private static final String WAL = "pragma journal_mode = wal";

	private static final String MYSQL_START = "timestampdiff(microsecond, '1970-01-01', utc_timestamp(6))";

	/** SQLStates of statements that had no effect, whatever the database. */
	private static final Pattern REFUSALS = Pattern.compile("(0A|22|28|42|53|55).{3}|25P02|57014");

	private static final String READ_ONLY = "25006";

	/** A missing table is one; SQLite tells no SQLState. */
	private static final int SQLITE_ERROR = 1;

	private static final int SQLITE_CONSTRAINT = 19;

	private static final Dialect POSTGRESQL = new Dialect("postgresql", Upsert.CONFLICT, Returning.RETURNING,
			"(extract(epoch from clock_timestamp()) * 1000000)::bigint",
			"(extract(epoch from statement_timestamp()) * 1000000)::bigint",
			"(extract(epoch from statement_timestamp()) * 1000000)::bigint", "position(%s in %s)", "greatest(%s, %s)",
			"%s", "select cast(pg_backend_pid() as varchar)",
			List.of("set lock_timeout = %1$d; set statement_timeout = %2$d"),
			List.of("select format('set lock_timeout = %L; set statement_timeout = %L; unlisten *',"
					+ " current_setting('lock_timeout'), current_setting('statement_timeout'))"),
			Set.of(), Set.of(), true, Scope.HOSTS);

	/** Assignments take effect as they are written, and none loses a value in silence. */
	private static final String MYSQL_SETTINGS = "set innodb_lock_wait_timeout = greatest(1, floor(%1$d / 1000)),"
			+ " sql_mode = 'STRICT_ALL_TABLES'";

	private static final String MYSQL_RESTORER = "select concat('set innodb_lock_wait_timeout = ',"
			+ " @@innodb_lock_wait_timeout, ', sql_mode = ''', @@sql_mode, '''')";

	/** The server, the transaction or the engine is read-only. */
	private static final Set<Integer> MYSQL_DEMOTIONS = Set.of(1290, 1792, 1836);

	/**
	 * The clock of SYSDATE goes on while a statement waits, unlike all others; it is told
	 * in the zone of the connection, whatever that is, so only what it has gone on since
	 * the statement began is taken from it. Zones change by half hours, which a statement
	 * does not last.
	 */
	private static final Dialect MARIADB = new Dialect("mariadb", Upsert.DUPLICATE_KEY, Returning.INSERT_ONLY,
			"(" + MYSQL_START + " + timestampdiff(microsecond, now(6), sysdate(6)) % 900000000)", MYSQL_START,
			MYSQL_START, "locate(%s, %s)", "greatest(%s, %s)", "last_insert_id(%s)",
			"select cast(connection_id() as char)", List.of(MYSQL_SETTINGS + ", max_statement_time = %2$d / 1000"),
			List.of(MYSQL_RESTORER, "select concat('set max_statement_time = ', @@max_statement_time)"),
			Set.of(1205, 1969), MYSQL_DEMOTIONS, false, Scope.HOSTS);

	private static final Dialect MYSQL = new Dialect("mysql", Upsert.DUPLICATE_KEY, Returning.NOTHING, MARIADB.now,
			MYSQL_START, MYSQL_START, MARIADB.position, MARIADB.greatest, MARIADB.stamp, MARIADB.identity,
			List.of(MYSQL_SETTINGS), List.of(MYSQL_RESTORER), Set.of(1205, 3024), MYSQL_DEMOTIONS, false, Scope.HOSTS);

	/**
	 * Its clock stands still during a statement, so a session needs more time left than a
	 * statement may wait, which is short; then it is repeated.
	 */
	private static final Dialect H2 = new Dialect("h2", Upsert.MERGE, Returning.FINAL_TABLE,
			"cast(extract(epoch from current_timestamp(6)) * 1000000 as bigint)",
			"cast(extract(epoch from current_timestamp(6)) * 1000000 as bigint)",
			"cast(extract(epoch from current_timestamp(6)) * 1000000 as bigint)", "locate(%s, %s)", "greatest(%s, %s)",
			"%s", "select cast(session_id() as varchar)", List.of("set lock_timeout %3$d", "set query_timeout %2$d"),
			List.of("select 'set lock_timeout ' || lock_timeout()",
					"select 'set query_timeout ' || setting_value from information_schema.settings"
							+ " where setting_name = 'QUERY_TIMEOUT'"),
			Set.of(), Set.of(90097), false, Scope.HOSTS);

	private static final Dialect SQLITE = new Dialect("sqlite", Upsert.CONFLICT, Returning.RETURNING,
			"cast(unixepoch('subsec') * 1000000 as integer)", "cast(unixepoch('subsec') * 1000000 as integer)",
			"max(cast(unixepoch('subsec') * 1000000 as integer), "
					+ "1 + coalesce((select max(revision) from coordination_entry), 0), "
					+ "1 + (select revision from coordination_floor))",
			"instr(%2$s, %1$s)", "max(%s, %s)", "%s", "", List.of("pragma busy_timeout = %1$d", WAL),
			List.of("select 'pragma busy_timeout = ' || timeout from pragma_busy_timeout"), Set.of(5, 6, 13), Set.of(8),
			false, Scope.PROCESSES);

	/**
	 * Find out what one is connected to.
	 * @throws ConfigurationException if it is not known
	 */
	static Dialect of(Connection connection) throws SQLException {
		DatabaseMetaData data = connection.getMetaData();
		boolean mariaDb = String.valueOf(data.getDatabaseProductVersion()).toLowerCase(Locale.ROOT).contains("mariadb");
		String product = mariaDb ? MARIADB.name : data.getDatabaseProductName();
		Dialect dialect = named(product, String.valueOf(data.getURL()));
		if (dialect == null) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"it names a database of a kind that is not supported: " + product + ".",
					"Use PostgreSQL, MariaDB, MySQL, H2 or SQLite.");
		}
		return dialect;
	}

	/** What a driver's url leads to, {@code null} if the driver only wraps another. */
	static @Nullable Dialect declared(String url) {
		return named(url.split(":", 3)[1], url);
	}

	private static @Nullable Dialect named(String product, String url) {
		return switch (product.toLowerCase(Locale.ROOT)) {
			case "postgresql" -> POSTGRESQL;
			case "mariadb" -> MARIADB;
			case "mysql" -> MYSQL;
			case "h2" -> isRemoteH2(url) ? H2 : H2.within(Scope.THREADS);
			case "sqlite" -> SQLITE;
			default -> null;
		};
	}

	/** Whether the database is part of the application or of its machine. */
	boolean isEmbedded() {
		return this.scope != Scope.HOSTS;
	}

	/** Whether statements go over a network, and can be given up there. */
	boolean hasServer() {
		return this.scope == Scope.HOSTS && this.upsert != Upsert.MERGE;
	}

	/** Whether a statement that failed so certainly had no effect. */
	boolean refused(SQLException failure) {
		String state = String.valueOf(failure.getSQLState());
		return !isDisconnection(failure) && (isTransient(failure) || isDuplicate(failure) || isDemoted(failure)
				|| this.refusals.contains(failure.getErrorCode()) || REFUSALS.matcher(state).matches());
	}

	/**
	 * Whether a statement was refused for what it names: that is missing, or not allowed.
	 * The next try will do no better.
	 */
	boolean isUnknownOrForbidden(SQLException failure) {
		return (this == SQLITE) ? failure.getErrorCode() == SQLITE_ERROR
				: refused(failure) && String.valueOf(failure.getSQLState()).startsWith("42");
	}

	/** Whether a statement was refused because the server does not take writes. */
	boolean isDemoted(SQLException failure) {
		return READ_ONLY.equals(failure.getSQLState()) || this.demotions.contains(failure.getErrorCode());
	}

	/**
	 * Whether a statement had no effect, and may have one if it is repeated at once. Of
	 * waiting for a row for too long only H2's is: elsewhere that takes most of a call.
	 */
	boolean isTransient(SQLException failure) {
		String state = String.valueOf(failure.getSQLState());
		return !isDisconnection(failure) && !this.refusals.contains(failure.getErrorCode()) && (state.equals("40001")
				|| state.equals("40P01") || (this.upsert == Upsert.MERGE && state.equals("HYT00")));
	}

	/**
	 * A driver that connects again by itself may tell of a lost connection in words that
	 * others use for a refusal; those of MariaDB's that no server said have a negative
	 * code.
	 */
	private static boolean isDisconnection(SQLException failure) {
		return failure.getErrorCode() < 0 || failure instanceof SQLNonTransientConnectionException
				|| failure instanceof SQLTransientConnectionException || failure instanceof SQLRecoverableException;
	}

	/**
	 * Look at what the server answered to a setting.
	 * @throws ConfigurationException if that will not do
	 */
	static void check(String setting, @Nullable String answer) {
		if (setting.equals(WAL) && !"wal".equalsIgnoreCase(answer)) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"SQLite cannot keep a write-ahead log where the file is: its journal mode is " + answer + ".",
					"Keep the file on a disk of this machine.");
		}
	}

	/** Whether a key exists that the statement would have made. */
	boolean isDuplicate(SQLException failure) {
		return (this == SQLITE) ? failure.getErrorCode() == SQLITE_CONSTRAINT
				: String.valueOf(failure.getSQLState()).startsWith("23");
	}

	private Dialect within(Scope narrower) {
		return new Dialect(this.name, this.upsert, this.returning, this.now, this.start, this.fresh, this.position,
				this.greatest, this.stamp, this.identity, this.settings, this.restorers, this.refusals, this.demotions,
				this.notifies, narrower);
	}

	/** Whether a driver's url leads to a server of H2. */
	static boolean isRemoteH2(String url) {
		return url.startsWith("jdbc:h2:tcp:") || url.startsWith("jdbc:h2:ssl:");
	}

	/** How a row is inserted or updated in one statement. */
	enum Upsert {

		CONFLICT, DUPLICATE_KEY, MERGE

	}

	/** How a statement returns the rows it wrote. */
	enum Returning {

		RETURNING, INSERT_ONLY, FINAL_TABLE, NOTHING

	}

	/** Who can share a database. */
	enum Scope {

		THREADS, PROCESSES, HOSTS

	}

}
