package io.github.coordination.backend.etcd;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.RecipesContract;

@Tag("etcd")
class EtcdRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new EtcdCoordinatorFixture();
	}

}
