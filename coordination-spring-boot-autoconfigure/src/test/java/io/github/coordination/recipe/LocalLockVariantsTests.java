package io.github.coordination.recipe;

class LocalLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return LocalCoordinatorFixture.lasting();
	}

}
