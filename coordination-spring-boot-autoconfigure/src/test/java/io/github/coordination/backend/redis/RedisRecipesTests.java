package io.github.coordination.backend.redis;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;

@Tag("redis")
class RedisRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new RedisCoordinatorFixture();
	}

}
