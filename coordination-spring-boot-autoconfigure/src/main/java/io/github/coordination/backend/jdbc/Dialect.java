package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
 * @param settings what a new connection is told, with a time to wait for a row's lock and
 * one for a statement in milliseconds
 * @param resets what is told to one that goes back to the application
 * @param refusals vendor codes of statements that had no effect, besides their SQLState
 * @param notifies whether it has LISTEN and NOTIFY
 * @param scope who can share it
 */
record Dialect(String name, Upsert upsert, Returning returning, String now, String start, String fresh, String position,
		String greatest, String stamp, String identity, List<String> settings, List<String> resets,
		Set<Integer> refusals, boolean notifies, Scope scope) {

	private static final String MYSQL_START = "timestampdiff(microsecond, '1970-01-01', utc_timestamp(6))";

	private static final Dialect POSTGRESQL = new Dialect("postgresql", Upsert.CONFLICT, Returning.RETURNING,
			"(extract(epoch from clock_timestamp()) * 1000000)::bigint",
			"(extract(epoch from statement_timestamp()) * 1000000)::bigint",
			"(extract(epoch from statement_timestamp()) * 1000000)::bigint", "position(%s in %s)", "greatest(%s, %s)",
			"%s", "select cast(pg_backend_pid() as varchar)",
			List.of("set lock_timeout = %1$d; set statement_timeout = %2$d"),
			List.of("reset lock_timeout; reset statement_timeout; unlisten *"), Set.of(), true, Scope.HOSTS);

	/**
	 * The clock of SYSDATE goes on while a statement waits, unlike all others; it is told
	 * in the zone of the connection, so that must be one without summer time.
	 */
	private static final Dialect MARIADB = new Dialect("mariadb", Upsert.DUPLICATE_KEY, Returning.INSERT_ONLY,
			"timestampdiff(microsecond, '1970-01-01', sysdate(6))", MYSQL_START, MYSQL_START, "locate(%s, %s)",
			"greatest(%s, %s)", "last_insert_id(%s)", "select cast(connection_id() as char)",
			List.of("set time_zone = '+00:00', innodb_lock_wait_timeout = greatest(1, floor(%1$d / 1000)),"
					+ " max_statement_time = %2$d / 1000"),
			List.of("set time_zone = default, innodb_lock_wait_timeout = default, max_statement_time = default"),
			Set.of(1205, 1969, 1290, 1792), false, Scope.HOSTS);

	private static final Dialect MYSQL = new Dialect("mysql", Upsert.DUPLICATE_KEY, Returning.NOTHING, MARIADB.now,
			MYSQL_START, MYSQL_START, MARIADB.position, MARIADB.greatest, MARIADB.stamp, MARIADB.identity,
			List.of("set time_zone = '+00:00', innodb_lock_wait_timeout = greatest(1, floor(%1$d / 1000))"),
			List.of("set time_zone = default, innodb_lock_wait_timeout = default"), Set.of(1205, 1290, 1792, 3024),
			false, Scope.HOSTS);

	/**
	 * Its clock stands still during a statement, so a session needs more time left than a
	 * statement may wait, which is short; then it is repeated.
	 */
	private static final Dialect H2 = new Dialect("h2", Upsert.MERGE, Returning.FINAL_TABLE,
			"cast(extract(epoch from current_timestamp(6)) * 1000000 as bigint)",
			"cast(extract(epoch from current_timestamp(6)) * 1000000 as bigint)",
			"cast(extract(epoch from current_timestamp(6)) * 1000000 as bigint)", "locate(%s, %s)", "greatest(%s, %s)",
			"%s", "select cast(session_id() as varchar)", List.of("set lock_timeout %3$d", "set query_timeout %2$d"),
			List.of("set query_timeout 0"), Set.of(), false, Scope.HOSTS);

	private static final Dialect SQLITE = new Dialect("sqlite", Upsert.CONFLICT, Returning.RETURNING,
			"cast(unixepoch('subsec') * 1000000 as integer)", "cast(unixepoch('subsec') * 1000000 as integer)",
			"max(cast(unixepoch('subsec') * 1000000 as integer), "
					+ "1 + coalesce((select max(revision) from coordination_entry), 0), "
					+ "1 + (select revision from coordination_floor))",
			"instr(%2$s, %1$s)", "max(%s, %s)", "%s", "",
			List.of("pragma busy_timeout = %1$d", "pragma journal_mode = wal", "pragma synchronous = normal"),
			List.of(), Set.of(5, 6, 8, 13), false, Scope.PROCESSES);

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
			case "h2" -> isRemote(url) ? H2 : H2.within(Scope.THREADS);
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
		return isTransient(failure) || isDuplicate(failure) || this.refusals.contains(failure.getErrorCode())
				|| state.matches("(0A|22|25|28|42|53|55).{3}|57014");
	}

	/** Whether a statement had no effect, and may have one if it is repeated at once. */
	boolean isTransient(SQLException failure) {
		String state = failure.getSQLState();
		return state != null && (state.startsWith("40") || state.equals("HYT00"));
	}

	/** Whether a key exists that the statement would have made. */
	static boolean isDuplicate(SQLException failure) {
		String state = failure.getSQLState();
		return state != null && state.startsWith("23");
	}

	private Dialect within(Scope narrower) {
		return new Dialect(this.name, this.upsert, this.returning, this.now, this.start, this.fresh, this.position,
				this.greatest, this.stamp, this.identity, this.settings, this.resets, this.refusals, this.notifies,
				narrower);
	}

	private static boolean isRemote(String url) {
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
