package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;
import io.github.coordination.server.H2Server;

@Tag("h2")
class H2RecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new JdbcCoordinatorFixture(H2Server.shared().url(), H2Server.shared()::connect);
	}

}
