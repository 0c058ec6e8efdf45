package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;
import io.github.coordination.server.H2Server;

/**
 * Among the long suites: what is particular to SQL is tested on PostgreSQL and MariaDB.
 */
@Tag("h2")
@Tag("cluster")
class H2LockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new JdbcCoordinatorFixture(H2Server.shared().url(), H2Server.shared()::connect);
	}

}
