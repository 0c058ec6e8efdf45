package io.github.coordination.backend.consul;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;

@Tag("consul")
class ConsulRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new ConsulCoordinatorFixture();
	}

}
