package io.github.coordination.recipe;

class ExpiringLocalRecipesTests extends RecipesContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return LocalCoordinatorFixture.expiring();
	}

}
