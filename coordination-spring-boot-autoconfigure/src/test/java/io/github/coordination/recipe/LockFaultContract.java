package io.github.coordination.recipe;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.test.FaultyBackend;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of a lock when calls, answers and reports of changes are lost.
 */
interface LockFaultContract extends LockFixture {

	@Test
	default void unreachableStoreIsUnavailable() {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).on(Operation.ENQUEUE).always().unavailable();

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> lock(coordinator).tryAcquire());
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> lock(coordinator).tryAcquire(Duration.ofMillis(20)));
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> lock(coordinator).acquire(Duration.ofMillis(20)));

		fixture().faults(coordinator).heal();
		assertThat(entries()).isEmpty();
		assertThat(lock(coordinator).tryAcquire()).isPresent();
	}

	@Test
	default void waiterOutlastsAnUnreachableStore() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).on(Operation.ENQUEUE).times(2).unavailable();

		try (LockHandle held = lock(coordinator).acquire()) {
			assertThat(held.isHeld()).isTrue();
		}

		fixture().faults(coordinator).on(Operation.WATCH, Operation.LIST).times(2).unavailable();
		LockHandle held = hold(newCoordinator());
		Worker<LockHandle> waiter = queue(coordinator);
		held.close();
		assertThat(waiter.result().isHeld()).isTrue();
	}

	@Test
	default void lostAnswerIsAskedForAgain() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).on(Operation.ENQUEUE).times(2).replyLost();

		try (LockHandle held = lock(coordinator).acquire()) {
			assertThat(held.isHeld()).isTrue();
			assertThat(entries()).hasSize(1);
			assertThat(held.fencingToken().value()).isEqualTo(entries().get(0).createRevision());
		}

		assertNothingLeft();
	}

	@Test
	default void attemptOfUnknownOutcomeLeavesNothingBehind() {
		Coordinator coordinator = newCoordinator();
		FaultyBackend faults = fixture().faults(coordinator);

		faults.on(Operation.ENQUEUE).replyLost();
		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> lock(coordinator).tryAcquire());
		assertNothingLeft();

		faults.on(Operation.ENQUEUE).always().replyLost();
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> lock(coordinator).tryAcquire(Duration.ofMillis(20)));
		assertNothingLeft();
		faults.heal();
		assertThat(lock(coordinator).tryAcquire()).isPresent();
	}

	@Test
	default void attemptThatReachesTheStoreAfterItWasGivenUpLeavesNothingBehind() {
		Coordinator coordinator = newCoordinator();
		FaultyBackend faults = fixture().faults(coordinator);
		faults.on(Operation.ENQUEUE).deliveredLate();
		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> lock(coordinator).tryAcquire());

		faults.deliverLate();

		assertNothingLeft();
		assertThat(lock(newCoordinator()).tryAcquire()).isPresent();
	}

	@Test
	default void releaseIsRepeatedUntilTheStoreHasHeardOfIt() {
		Coordinator coordinator = newCoordinator();
		for (int i = 0; i < 3; i++) {
			LockHandle held = hold(coordinator);
			switch (i) {
				case 0 -> fixture().faults(coordinator).on(Operation.DELETE).times(3).unavailable();
				case 1 -> fixture().faults(coordinator).on(Operation.DELETE).times(2).replyLost();
				default -> fixture().faults(coordinator).on(Operation.DELETE).deliveredLate();
			}

			assertThat(held.release()).isTrue();

			assertThat(held.isHeld()).isFalse();
			assertThat(held.release()).isFalse();
			assertNothingLeft();
		}
		fixture().faults(coordinator).deliverLate();
		assertThat(lock(newCoordinator()).tryAcquire()).isPresent();
	}

	@Test
	default void nextThreadIsGrantedAfterAReleaseThatGotLost() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);
		Worker<LockHandle> waiter = queueBehind(coordinator);
		fixture().faults(coordinator).on(Operation.DELETE).times(3).unavailable();

		held.close();

		assertThat(waiter.result().isHeld()).isTrue();
		eventually().until(() -> entries().size() == 1);
	}

	@Test
	default void abandonedPlaceIsRemovedInTheBackground() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(newCoordinator());
		fixture().faults(coordinator).on(Operation.DELETE).times(2).unavailable();

		assertThat(lock(coordinator).tryAcquire(Duration.ofMillis(20))).isEmpty();

		eventually().until(() -> entries().size() == 1);
		held.close();
		assertNothingLeft();
	}

	@Test
	default void nothingIsGrantedInASessionThatIsInDoubt() {
		Coordinator coordinator = newCoordinator();
		FaultyBackend faults = fixture().faults(coordinator);
		faults.on(Operation.RENEW, Operation.OPEN).always().unavailable();
		eventually().until(() -> coordinator.state() != SessionState.CONNECTED);

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> lock(coordinator).tryAcquire());
		Worker<LockHandle> waiter = Worker.startWaiting(() -> lock(coordinator).acquire());
		assertThat(entries()).isEmpty();
		assertThat(waiter.isDone()).isFalse();

		faults.heal();
		assertThat(waiter.result().isHeld()).isTrue();
	}

	@Test
	default void waiterIsNotGrantedInASessionThatIsInDoubt() {
		Coordinator coordinator = newCoordinator();
		FaultyBackend faults = fixture().faults(coordinator);
		LockHandle held = hold(newCoordinator());
		Worker<LockHandle> waiter = queue(coordinator);
		faults.on(Operation.RENEW, Operation.OPEN).always().unavailable();
		eventually().until(() -> coordinator.state() != SessionState.CONNECTED);

		held.close();
		assertThat(waiter.isDone()).isFalse();

		faults.heal();
		assertThat(waiter.result().isHeld()).isTrue();
	}

	@Test
	default void waiterThatIsToldOfNothingLooksForItself() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(newCoordinator());
		fixture().faults(coordinator).loseChanges();
		Worker<LockHandle> waiter = queue(coordinator);
		Worker<LockHandle> behind = queueBehind(coordinator);
		Worker<LockHandle> last = queue(newCoordinator());

		held.close();

		for (Worker<LockHandle> next : List.of(waiter, last, behind)) {
			LockHandle granted = next.result();
			assertThat(granted.isHeld()).isTrue();
			granted.close();
		}
		assertNothingLeft();
	}

	@Test
	default void waiterThatIsToldEverythingTwiceIsGrantedOnce() {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).duplicateChanges();
		LockHandle held = hold(newCoordinator());
		Worker<LockHandle> waiter = queue(coordinator);
		Worker<LockHandle> behind = queueBehind(coordinator);

		held.close();

		LockHandle granted = waiter.result();
		assertThat(lock(newCoordinator()).tryAcquire()).isEmpty();
		assertThat(behind.isDone()).isFalse();
		granted.close();
		behind.result().close();
		assertNothingLeft();
	}

}
