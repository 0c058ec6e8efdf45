package io.github.coordination.backend.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Dialect}: what is known of a statement that failed.
 */
class DialectTests {

	@ParameterizedTest
	@CsvSource({ "mariadb, 25S03, 1927", "mariadb, 40003, 0", "postgresql, 40003, 0", "postgresql, 08006, 0",
			"postgresql, 57P01, 0", "postgresql, 25001, 0", "mariadb, 70100, 1317", "mariadb, 42000, -1",
			"sqlite, , 10", "sqlite, , 1290", "h2, 90007, 90007", "postgresql, HYT00, 0", "mysql, , 0" })
	void nothingIsKnown(String dialect, String state, int code) {
		SQLException failure = new SQLException("", state, code);

		assertThat(dialect(dialect).refused(failure)).isFalse();
		assertThat(dialect(dialect).isTransient(failure)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "postgresql, 40001, 0", "postgresql, 40P01, 0", "mariadb, 40001, 1213", "mysql, 40001, 1213",
			"h2, 40001, 40001", "h2, HYT00, 50200" })
	void statementWasRolledBackAndMayBeRepeated(String dialect, String state, int code) {
		SQLException failure = new SQLException("", state, code);

		assertThat(dialect(dialect).refused(failure)).isTrue();
		assertThat(dialect(dialect).isTransient(failure)).isTrue();
		assertThat(dialect(dialect).isDemoted(failure)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "postgresql, 55P03, 0", "postgresql, 57014, 0", "postgresql, 25P02, 0", "postgresql, 42501, 0",
			"postgresql, 23505, 0", "mariadb, 40001, 1205", "mariadb, HY000, 1205", "mysql, 40001, 1205",
			"mariadb, 70100, 1969", "mysql, HY000, 3024", "sqlite, , 5", "sqlite, , 19" })
	void statementWasRefused(String dialect, String state, int code) {
		SQLException failure = new SQLException("", state, code);

		assertThat(dialect(dialect).refused(failure)).isTrue();
		assertThat(dialect(dialect).isTransient(failure)).isFalse();
		assertThat(dialect(dialect).isDemoted(failure)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "postgresql, 25006, 0", "mariadb, HY000, 1290", "mariadb, 25006, 1792", "mysql, HY000, 1836",
			"h2, 90097, 90097", "sqlite, , 8" })
	void serverTakesNoWrites(String dialect, String state, int code) {
		SQLException failure = new SQLException("", state, code);

		assertThat(dialect(dialect).refused(failure)).isTrue();
		assertThat(dialect(dialect).isTransient(failure)).isFalse();
		assertThat(dialect(dialect).isDemoted(failure)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "postgresql, 42P01, 0, true", "postgresql, 42501, 0, true", "mariadb, 42S02, 1146, true",
			"mariadb, 42000, 1142, true", "h2, 42S02, 42102, true", "sqlite, , 1, true", "postgresql, 57014, 0, false",
			"postgresql, 55P03, 0, false", "mariadb, 40001, 1213, false", "mariadb, 42000, -1, false",
			"h2, HYT00, 50200, false", "sqlite, , 5, false" })
	void missingTableIsNoStatementThatCameTooLate(String dialect, String state, int code, boolean expected) {
		assertThat(dialect(dialect).isUnknownOrForbidden(new SQLException("", state, code))).isEqualTo(expected);
	}

	@Test
	void lostConnectionIsNoRefusalWhateverItSays() {
		List<SQLException> failures = List.of(new SQLNonTransientConnectionException("", "42501"),
				new SQLTransientConnectionException("", "40001"), new SQLRecoverableException("", "25006"));

		assertThat(failures).noneMatch(dialect("mariadb")::refused);
		assertThat(failures).noneMatch(dialect("mariadb")::isTransient);
	}

	private static Dialect dialect(String name) {
		return Dialect.declared("jdbc:" + name + ":tcp://host/db");
	}

}
