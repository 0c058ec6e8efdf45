package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;
import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new JdbcCoordinatorFixture(MySqlServer.shared().url(), MySqlServer.shared()::connect);
	}

}
