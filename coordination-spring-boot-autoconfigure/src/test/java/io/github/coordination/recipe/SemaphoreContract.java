package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.MisuseException;
import io.github.coordination.NamedSemaphore;
import io.github.coordination.SessionState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every semaphore must do, besides the {@link LockContract} for one permit.
 */
public abstract class SemaphoreContract extends RecipeContract {

	@Test
	void semaphoreIsAsItWasAskedFor() {
		NamedSemaphore semaphore = newCoordinator().semaphore("a", 3);

		assertThat(semaphore.name()).isEqualTo("a");
		assertThat(semaphore.permits()).isEqualTo(3);
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().semaphore("a", 0));
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().semaphore("a", -1));
	}

	@Test
	void asManyAreGrantedAsThereArePermits() throws InterruptedException {
		Coordinator one = newCoordinator();
		Coordinator two = newCoordinator();

		List<LockHandle> held = List.of(take(one), take(two), take(one));

		assertThat(held).allMatch(LockHandle::isHeld);
		assertThat(held.stream().map(LockHandle::fencingToken)).doesNotHaveDuplicates().isSorted();
		for (Coordinator coordinator : List.of(one, two, newCoordinator())) {
			assertThat(semaphore(coordinator).tryAcquire()).isEmpty();
			assertThat(semaphore(coordinator).tryAcquire(Duration.ofMillis(20))).isEmpty();
		}
		assertThat(size()).isEqualTo(3);
		assertThat(held.get(1).release()).isTrue();
		assertThat(held.get(1).release()).isFalse();
		assertThat(semaphore(two).tryAcquire()).isPresent();
		assertThat(semaphore(one).tryAcquire()).isEmpty();
	}

	@Test
	void allPermitsCanBeHeldByOneCoordinatorOrThread() {
		Coordinator coordinator = newCoordinator();
		List<LockHandle> held = List.of(take(coordinator), take(coordinator), take(coordinator));

		assertThat(semaphore(coordinator).tryAcquire()).isEmpty();

		held.forEach(LockHandle::close);
		assertThat(size()).isZero();
	}

	@Test
	void waitersAreGrantedPermitsInTheOrderOfTheirArrival() {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		List<LockHandle> held = List.of(take(one), take(one), take(two));
		List<Worker<LockHandle>> waiters = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			waiters.add(queue(fixture().newPatientCoordinator()));
		}

		// whichever permit comes back
		for (int i : new int[] { 1, 0, 2 }) {
			held.get(i).close();
			Worker<LockHandle> next = waiters.remove(0);
			assertThat(next.result().isHeld()).isTrue();
			assertThat(waiters).noneMatch(Worker::isDone);
		}
	}

	@Test
	void askingOnceDoesNotOvertakeAWaitingThread() {
		Coordinator coordinator = newCoordinator();
		List<LockHandle> held = List.of(take(coordinator), take(coordinator), take(coordinator));
		Worker<LockHandle> waiter = Worker.startWaiting(() -> semaphore(coordinator).acquire());

		held.get(0).close();

		assertThat(semaphore(coordinator).tryAcquire()).isEmpty();
		assertThat(waiter.result().isHeld()).isTrue();
	}

	@Test
	void hundredThreadsOfACoordinatorCostAsManyEntriesAsThereArePermits() {
		Coordinator coordinator = fixture().newPatientCoordinator();
		Coordinator other = fixture().newPatientCoordinator();
		List<LockHandle> elsewhere = List.of(take(other), take(other), take(other));
		List<Worker<LockHandle>> waiters = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			waiters.add(queue(coordinator));
		}
		for (int i = 3; i < 100; i++) {
			waiters.add(Worker.startWaiting(() -> semaphore(coordinator).acquire()));
		}
		assertThat(size()).isEqualTo(6);

		elsewhere.forEach(LockHandle::close);

		for (Worker<LockHandle> waiter : waiters) {
			waiter.result().close();
		}
		fixture().eventually().until(() -> size() == 0);
	}

	@Test
	void permitDiesWithItsSession() {
		Coordinator dying = newCoordinator();
		Coordinator other = newCoordinator();
		List<LockHandle> lost = List.of(take(dying), take(dying));
		LockHandle held = take(other);
		List<Worker<LockHandle>> waiters = List.of(queue(other), queue(other));

		fixture().loseSession(dying);

		assertThat(lost).noneMatch(LockHandle::isHeld).noneMatch(LockHandle::release);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lost.get(0)::fencingToken);
		assertThat(waiters).allMatch((waiter) -> waiter.result().isHeld());
		assertThat(held.isHeld()).isTrue();
		fixture().eventually().until(() -> dying.state() == SessionState.CONNECTED);
		assertThat(semaphore(dying).tryAcquire()).isEmpty();
	}

	@Test
	void anotherNumberOfPermitsInOneCoordinatorIsMisuse() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = take(coordinator);

		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> coordinator.semaphore("a", 2).acquire(Duration.ofSeconds(1)));
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> coordinator.semaphore("a", 4).tryAcquire());

		assertThat(held.isHeld()).isTrue();
		assertThat(size()).isEqualTo(1);
	}

	@Test
	void waiterThatMeetsAnotherNumberOfPermitsThrows() {
		Coordinator other = newCoordinator();
		List<LockHandle> held = List.of(take(newCoordinator()), take(newCoordinator()));

		for (int permits : new int[] { 1, 2, 4, 10 }) {
			assertThatExceptionOfType(MisuseException.class)
				.isThrownBy(() -> other.semaphore("a", permits).acquire(Duration.ofSeconds(10)))
				.withMessageContaining("3")
				.withMessageContaining(Integer.toString(permits));
			assertThat(size()).isEqualTo(2);
		}

		assertThat(held).allMatch(LockHandle::isHeld);
		assertThat(semaphore(other).tryAcquire()).isPresent();
	}

	@Test
	void numberOfPermitsCanChangeWhenNobodyUsesTheName() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		List<LockHandle> held = List.of(take(other), take(other), take(other));
		Worker<LockHandle> waiter = queue(coordinator);
		held.forEach(LockHandle::close);
		waiter.result().close();

		for (Coordinator each : List.of(coordinator, other)) {
			try (LockHandle permit = each.semaphore("a", 2).acquire()) {
				assertThat(permit.isHeld()).isTrue();
			}
		}
	}

	@Test
	void permitsAreNeverExceeded() {
		int permits = 3;
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		int sections = Math.max(fixture().cycles() / 40, 10);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<Worker<Integer>> workers = new ArrayList<>();

		for (int i = 0; i < 8; i++) {
			Random random = new Random(i);
			NamedSemaphore semaphore = semaphore(coordinators.get(i % coordinators.size()));
			workers.add(Worker.start(() -> {
				int entered = 0;
				while (entered < sections) {
					try (LockHandle held = (random.nextBoolean()) ? semaphore.acquire()
							: semaphore.tryAcquire(Duration.ofNanos(random.nextInt(2_000_000))).orElse(null)) {
						if (held != null) {
							held.ensureHeld();
							most.accumulateAndGet(inside.incrementAndGet(), Math::max);
							Thread.yield();
							inside.decrementAndGet();
							entered++;
						}
					}
				}
				return entered;
			}));
		}

		assertThat(workers.stream().mapToInt(Worker::result).sum()).isEqualTo(8 * sections);
		assertThat(most.get()).isBetween(1, permits);
		fixture().eventually().until(() -> size() == 0);
	}

	private static NamedSemaphore semaphore(Coordinator coordinator) {
		return coordinator.semaphore("a", 3);
	}

	private static LockHandle take(Coordinator coordinator) {
		return semaphore(coordinator).tryAcquire().orElseThrow();
	}

	private Worker<LockHandle> queue(Coordinator coordinator) {
		return fixture().queue("semaphore", "a", () -> semaphore(coordinator).acquire());
	}

	private int size() {
		return fixture().entries("semaphore", "a").size();
	}

}
