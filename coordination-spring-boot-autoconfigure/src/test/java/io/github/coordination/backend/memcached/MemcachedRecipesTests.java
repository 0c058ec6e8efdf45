package io.github.coordination.backend.memcached;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;

@Tag("memcached")
class MemcachedRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new MemcachedCoordinatorFixture();
	}

}
