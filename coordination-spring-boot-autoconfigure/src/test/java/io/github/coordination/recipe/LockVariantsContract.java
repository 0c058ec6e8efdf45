package io.github.coordination.recipe;

import org.junit.jupiter.api.Nested;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;

/**
 * The {@link LockContract} for whatever else excludes, and for locks whose waiters are
 * never told what has changed. A backend's test class extends it and supplies the
 * fixture.
 */
public abstract class LockVariantsContract {

	/**
	 * Return a fixture for one test.
	 * @return a new fixture
	 */
	protected abstract CoordinatorFixture newFixture();

	@Nested
	class LocksWithoutDetails extends LockContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return LockVariantsContract.this.newFixture().withoutDetails();
		}

	}

	@Nested
	class LocksOfOnePermit extends LockContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return LockVariantsContract.this.newFixture();
		}

		@Override
		public Acquirable lock(Coordinator coordinator, String name) {
			return coordinator.semaphore(name, 1);
		}

		@Override
		public String kind() {
			return "semaphore";
		}

	}

	@Nested
	class WriteLocks extends LockContract {

		@Override
		protected CoordinatorFixture newFixture() {
			return LockVariantsContract.this.newFixture();
		}

		@Override
		public Acquirable lock(Coordinator coordinator, String name) {
			return coordinator.readWriteLock(name).writeLock();
		}

		@Override
		public String kind() {
			return "lock";
		}

	}

}
