package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;
import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new JdbcCoordinatorFixture(MariaDbServer.shared().url(), MariaDbServer.shared()::connect);
	}

}
