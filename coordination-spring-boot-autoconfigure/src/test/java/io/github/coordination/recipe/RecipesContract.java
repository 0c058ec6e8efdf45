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

	@Nested
	class ReadWriteLocks extends ReadWriteLockContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Semaphores extends SemaphoreContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class SeveralLocks extends SeveralLocksContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class LockViews extends LockViewContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Barriers extends BarrierContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Latches extends LatchContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Elections extends ElectionContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Groups extends GroupContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Partitioners extends PartitionerContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Coordinators extends CoordinatorContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

	@Nested
	class Inspections extends InspectionContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return RecipesContract.this.newFixture();
		}

	}

}
