package io.github.coordination.autoconfigure;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import io.github.coordination.spi.BackendUrl;

/**
 * Properties of coordination through a SQL database.
 *
 * @param initializeSchema When to create the tables. An option of the same name in the
 * url goes first.
 */
record CoordinationJdbcProperties(InitializeSchema initializeSchema) {

	static final CoordinationJdbcProperties DEFAULTS = new CoordinationJdbcProperties(InitializeSchema.EMBEDDED);

	private static final Set<String> SCHEMES = Set.of("jdbc", "postgresql", "mariadb", "mysql");

	private static final String OPTION = "initialize-schema";

	CoordinationJdbcProperties {
		initializeSchema = Objects.requireNonNullElse(initializeSchema, InitializeSchema.EMBEDDED);
	}

	/** Write the properties into the url of a SQL database; others stay as they are. */
	String applyTo(String url) {
		BackendUrl parsed = BackendUrl.parse(url);
		if (!SCHEMES.contains(parsed.scheme()) || parsed.options().containsKey(OPTION)) {
			return url;
		}
		return url + (url.contains("?") ? "&" : "?") + OPTION + "="
				+ this.initializeSchema.name().toLowerCase(Locale.ROOT);
	}

	/**
	 * When tables are created.
	 */
	enum InitializeSchema {

		/** At every start, if they are missing. */
		ALWAYS,

		/** In embedded databases only. */
		EMBEDDED,

		/** Never. */
		NEVER

	}

}
