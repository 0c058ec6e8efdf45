package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;
import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new JdbcCoordinatorFixture(MariaDbServer.shared().url(), MariaDbServer.shared()::connect);
	}

}
