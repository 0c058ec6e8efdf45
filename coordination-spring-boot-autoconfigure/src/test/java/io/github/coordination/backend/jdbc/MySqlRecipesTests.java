package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;
import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new JdbcCoordinatorFixture(MySqlServer.shared().url(), MySqlServer.shared()::connect);
	}

}
