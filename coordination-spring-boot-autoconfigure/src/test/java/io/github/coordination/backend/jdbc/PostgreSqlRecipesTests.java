package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;
import io.github.coordination.server.PostgreSqlServer;

@Tag("postgresql")
class PostgreSqlRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new JdbcCoordinatorFixture(PostgreSqlServer.shared().url(), PostgreSqlServer.shared()::connect);
	}

}
