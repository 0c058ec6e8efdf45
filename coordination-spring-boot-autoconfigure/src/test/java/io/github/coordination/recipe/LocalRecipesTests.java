package io.github.coordination.recipe;

class LocalRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return LocalCoordinatorFixture.lasting();
	}

}
