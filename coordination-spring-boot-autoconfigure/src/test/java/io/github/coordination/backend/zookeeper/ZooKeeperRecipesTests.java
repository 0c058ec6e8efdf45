package io.github.coordination.backend.zookeeper;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;

@Tag("zookeeper")
class ZooKeeperRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new ZooKeeperCoordinatorFixture();
	}

}
