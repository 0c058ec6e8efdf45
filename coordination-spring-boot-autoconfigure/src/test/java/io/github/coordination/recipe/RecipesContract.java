package io.github.coordination.recipe;

import org.junit.jupiter.api.Nested;

/**
 * The contracts of all recipes. A backend's test class extends it and supplies the
 * fixture.
 */
public abstract class RecipesContract {

	/**
	 * Return a fixture for one test.
	 * @return a new fixture
	 */
	protected abstract CoordinatorFixture newFixture();

	@Nested
	class Locks extends LockContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

}
