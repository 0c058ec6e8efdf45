package io.github.coordination.recipe;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import org.awaitility.core.ConditionFactory;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.spi.Entry;

/**
 * What the parts of the {@link LockContract} work with.
 */
interface LockFixture {

	/** Longer than any test lasts. */
	Duration LONG = Duration.ofMinutes(10);

	CoordinatorFixture fixture();

	/** What is exclusive by its name. */
	Acquirable lock(Coordinator coordinator, String name);

	/** The kind of directory its entries are in. */
	String kind();

	Coordinator newCoordinator();

	default Acquirable lock(Coordinator coordinator) {
		return lock(coordinator, "a");
	}

	default LockHandle hold(Coordinator coordinator) {
		return lock(coordinator).tryAcquire().orElseThrow();
	}

	default List<Entry> entries() {
		return fixture().entries(kind(), "a");
	}

	default ConditionFactory eventually() {
		return fixture().eventually();
	}

	/** Let a coordinator's first waiter wait without limit, and see it in the store. */
	default Worker<LockHandle> queue(Coordinator coordinator) {
		return queue(() -> lock(coordinator).acquire());
	}

	/** The same for any way to wait. */
	default Worker<LockHandle> queue(Callable<LockHandle> acquisition) {
		return fixture().queue(kind(), "a", acquisition);
	}

	/** Let one more thread of a coordinator wait behind one that does. */
	default Worker<LockHandle> queueBehind(Coordinator coordinator) {
		return Worker.startWaiting(() -> lock(coordinator).acquire());
	}

	/** Wait until what was left behind in the store is gone. */
	default void assertNothingLeft() {
		eventually().until(() -> entries().isEmpty());
	}

}
