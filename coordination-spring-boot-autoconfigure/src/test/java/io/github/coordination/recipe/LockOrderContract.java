package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * In which order a lock is granted to those who wait.
 */
interface LockOrderContract extends LockFixture {

	@Test
	default void coordinatorsAreGrantedItInTheOrderOfTheirArrival() {
		LockHandle held = hold(fixture().newPatientCoordinator());
		List<Worker<LockHandle>> waiters = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			waiters.add(queue(fixture().newPatientCoordinator()));
		}

		assertGrantedInOrder(held, waiters);
	}

	@Test
	default void threadsOfACoordinatorAreGrantedItInTheOrderOfTheirArrival() {
		Coordinator coordinator = fixture().newPatientCoordinator();
		LockHandle held = hold(coordinator);
		List<Worker<LockHandle>> waiters = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			waiters.add(queueBehind(coordinator));
		}

		assertGrantedInOrder(held, waiters);
	}

	@Test
	default void coordinatorsTakeTurnsHoweverManyThreadsWaitInEach() {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		LockHandle held = hold(fixture().newPatientCoordinator());
		Worker<LockHandle> firstOfOne = queue(one);
		Worker<LockHandle> secondOfOne = queueBehind(one);
		Worker<LockHandle> thirdOfOne = queueBehind(one);
		Worker<LockHandle> firstOfTwo = queue(two);

		assertGrantedInOrder(held, List.of(firstOfOne, firstOfTwo, secondOfOne, thirdOfOne));
	}

	@Test
	default void waiterThatGivesUpDoesNotDisturbTheOrder() throws InterruptedException {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		LockHandle held = hold(fixture().newPatientCoordinator());
		Worker<LockHandle> first = queue(one);
		Worker<LockHandle> behindFirst = queueBehind(one);
		Worker<LockHandle> second = queue(fixture().newPatientCoordinator());
		Worker<LockHandle> third = queue(two);

		second.interrupt();
		assertThat(second.failure()).isInstanceOf(InterruptedException.class);
		eventually().until(() -> entries().size() == 3);
		assertThat(lock(two).tryAcquire(Duration.ofMillis(20))).isEmpty();

		assertGrantedInOrder(held, List.of(first, third, behindFirst));
	}

	@Test
	default void goneWaiterIsNotWaitedFor() {
		Coordinator one = fixture().newPatientCoordinator();
		LockHandle held = hold(one);
		Worker<LockHandle> local = queueBehind(one);
		Coordinator dying = fixture().newPatientCoordinator();
		Worker<LockHandle> gone = queue(dying);
		Worker<LockHandle> last = queue(fixture().newPatientCoordinator());

		dying.close();
		assertThat(gone.failure()).isNotNull();

		assertGrantedInOrder(held, List.of(last, local));
	}

	@Test
	default void askingOnceDoesNotOvertakeAWaitingCoordinator() {
		Coordinator holder = newCoordinator();
		LockHandle held = hold(holder);
		Worker<LockHandle> waiter = queue(newCoordinator());

		held.close();

		assertThat(lock(holder).tryAcquire()).isEmpty();
		assertThat(waiter.result().isHeld()).isTrue();
		assertThat(lock(holder).tryAcquire()).isEmpty();
	}

	@Test
	default void askingOnceDoesNotOvertakeAWaitingThread() {
		Coordinator coordinator = newCoordinator();

		for (int i = 0; i < 100; i++) {
			LockHandle held = hold(coordinator);
			Worker<LockHandle> waiter = queueBehind(coordinator);

			held.close();

			assertThat(lock(coordinator).tryAcquire()).isEmpty();
			waiter.result().close();
		}
	}

	@Test
	default void hundredThreadsOfACoordinatorCostOneEntry() {
		Coordinator coordinator = fixture().newPatientCoordinator();
		LockHandle elsewhere = hold(fixture().newPatientCoordinator());
		List<Worker<LockHandle>> waiters = new ArrayList<>();
		waiters.add(queue(coordinator));
		for (int i = 1; i < 100; i++) {
			waiters.add(queueBehind(coordinator));
		}
		assertThat(entries()).hasSize(2);

		elsewhere.close();

		for (Worker<LockHandle> waiter : waiters) {
			LockHandle held = waiter.result();
			assertThat(held.isHeld()).isTrue();
			assertThat(entries()).hasSize(1);
			held.close();
		}
		assertThat(entries()).isEmpty();
	}

	/** One after the other, each only when the one before has given it back. */
	private void assertGrantedInOrder(LockHandle held, List<Worker<LockHandle>> waiters) {
		LockHandle last = held;
		for (int i = 0; i < waiters.size(); i++) {
			assertThat(waiters.subList(i, waiters.size())).noneMatch(Worker::isDone);
			long token = last.fencingToken().value();
			last.close();
			last = waiters.get(i).result();
			assertThat(last.isHeld()).isTrue();
			assertThat(last.fencingToken().value()).isGreaterThan(token);
		}
		last.close();
		assertNothingLeft();
	}

}
