package io.github.coordination.backend.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendUrl;

/**
 * The tables, and the mark of a namespace in them: the format it is written in, and an
 * identity that is new when the tables were emptied.
 *
 * @param mode when the tables are created
 * @param namespace the namespace
 */
record Schema(Mode mode, String namespace) {

	private static final int FORMAT = 1;

	/** Statements of a script end with a semicolon and an empty line. */
	private static final Pattern STATEMENTS = Pattern.compile(";\\s*(\\n\\s*\\n|\\z)");

	private static final int ATTEMPTS = 3;

	/**
	 * Create the tables that are missing, if that is wanted.
	 * @return whether it is
	 */
	boolean prepare(Link link) throws SQLException {
		boolean wanted = this.mode == Mode.ALWAYS || (this.mode == Mode.EMBEDDED && link.dialect().isEmbedded());
		if (wanted) {
			createTables(link);
		}
		return wanted;
	}

	/**
	 * Read the store's identity; a new namespace is given one.
	 * @throws ConfigurationException if the tables are missing, or a newer version wrote
	 * them
	 */
	String storeId(Link link) throws SQLException {
		String key = Names.of(this.namespace);
		Optional<String> known = read(link, key);
		if (known.isPresent()) {
			return known.get();
		}
		try {
			link.change(link.sql().newNamespace, key, FORMAT, UUID.randomUUID().toString());
		}
		catch (SQLException ex) {
			if (!link.dialect().refused(ex)) {
				throw ex;
			}
			// somebody was faster, or it will be refused again
		}
		return read(link, key)
			.orElseThrow(() -> new BackendUnavailableException("the namespace could not be written to the database"));
	}

	private static Optional<String> read(Link link, String key) throws SQLException {
		try {
			return link.first(link.sql().namespace, (rows) -> {
				int format = rows.getInt(1);
				if (format > FORMAT) {
					throw new ConfigurationException(
							BackendUrl.SETTING, "the namespace there has format version " + format
									+ ", and this version knows " + FORMAT + ".",
							"Update this application, or use another namespace or database.");
				}
				return rows.getString(2);
			}, key);
		}
		catch (SQLException ex) {
			if (!link.dialect().isUnknownOrForbidden(ex)) {
				throw ex;
			}
			throw new ConfigurationException(BackendUrl.SETTING,
					"the tables coordination_* cannot be read there (" + Connections.describe(ex) + ").",
					"Run " + resource(link)
							+ " from this library's jar, grant SELECT, INSERT, UPDATE and DELETE, or let "
							+ "it create them with the option initialize-schema=always.");
		}
	}

	private static void createTables(Link link) throws SQLException {
		String script = script(link);
		for (int attempt = 1;; attempt++) {
			try {
				for (String statement : STATEMENTS.split(script)) {
					link.execute(statement);
				}
				return;
			}
			catch (SQLException ex) {
				// two that create the same table at once are in each other's way
				if (!link.dialect().refused(ex) || attempt == ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private static String script(Link link) {
		try (InputStream script = Schema.class.getResourceAsStream(resource(link))) {
			if (script == null) {
				throw new IllegalStateException("the jar lacks " + resource(link));
			}
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String resource(Link link) {
		return "schema-" + link.dialect().name() + ".sql";
	}

	/**
	 * When the tables are created.
	 */
	enum Mode {

		/** Always, if they are missing. */
		ALWAYS,

		/** In embedded databases only. */
		EMBEDDED,

		/** Never. */
		NEVER

	}

}
