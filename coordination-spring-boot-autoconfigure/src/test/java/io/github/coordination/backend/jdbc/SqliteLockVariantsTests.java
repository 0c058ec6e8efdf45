package io.github.coordination.backend.jdbc;

import java.nio.file.Path;
import java.sql.DriverManager;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;

/**
 * Among the long suites: what is particular to SQL is tested on PostgreSQL and MariaDB.
 */
@Tag("sqlite")
@Tag("cluster")
class SqliteLockVariantsTests extends LockVariantsContract {

	@TempDir
	static Path temporary;

	@Override
	protected CoordinatorFixture newFixture() {
		String url = "jdbc:sqlite:" + temporary.resolve("coordination.db");
		return new JdbcCoordinatorFixture(url, () -> DriverManager.getConnection(url + "?busy_timeout=5000"));
	}

}
