package io.github.coordination.test.assertj;

import org.assertj.core.api.AbstractAssert;

import io.github.coordination.test.memory.TestCoordination;

/**
 * Assertions about what the processes of a {@link TestCoordination} hold. They look into
 * the store and take nothing.
 */
public final class TestCoordinationAssert extends AbstractAssert<TestCoordinationAssert, TestCoordination> {

	TestCoordinationAssert(TestCoordination actual) {
		super(actual, TestCoordinationAssert.class);
	}

	/**
	 * Verify that nobody holds a lock.
	 * @param name the lock's name
	 * @return this
	 */
	public TestCoordinationAssert hasFreeLock(String name) {
		isNotNull();
		this.actual.lockHolder(name)
			.ifPresent(
					(holder) -> failWithMessage("Expecting the lock '%s' to be free, but '%s' holds it", name, holder));
		return this;
	}

	/**
	 * Verify that somebody holds a lock.
	 * @param name the lock's name
	 * @return this
	 */
	public TestCoordinationAssert hasHeldLock(String name) {
		isNotNull();
		if (this.actual.lockHolder(name).isEmpty()) {
			failWithMessage("Expecting the lock '%s' to be held, but it is free", name);
		}
		return this;
	}

	/**
	 * Verify who holds a lock.
	 * @param name the lock's name
	 * @param memberId the member id of the application's coordinator, or of a stranger
	 * @return this
	 */
	public TestCoordinationAssert hasLockHeldBy(String name, String memberId) {
		hasHeldLock(name);
		this.actual.lockHolder(name)
			.filter((holder) -> !holder.equals(memberId))
			.ifPresent((holder) -> failWithMessage("Expecting the lock '%s' to be held by '%s', but '%s' holds it",
					name, memberId, holder));
		return this;
	}

	/**
	 * Verify that the application holds a lock.
	 * @param name the lock's name
	 * @return this
	 */
	public TestCoordinationAssert hasLockHeldByApplication(String name) {
		isNotNull();
		return hasLockHeldBy(name, this.actual.coordinator().memberId());
	}

}
