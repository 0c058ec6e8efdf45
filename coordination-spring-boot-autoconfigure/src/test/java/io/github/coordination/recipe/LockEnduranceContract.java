package io.github.coordination.recipe;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A lock under load: it excludes, nobody is forgotten, and nothing is left behind.
 */
interface LockEnduranceContract extends LockFixture {

	int THREADS = 4;

	@Test
	default void criticalSectionsExcludeEachOther() {
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		int sections = Math.max(fixture().cycles() / 40, 10);
		Guarded guarded = new Guarded();
		List<Worker<Integer>> workers = new ArrayList<>();

		for (int i = 0; i < coordinators.size() * THREADS; i++) {
			Random random = new Random(i);
			Coordinator coordinator = coordinators.get(i % coordinators.size());
			workers.add(Worker.start(() -> {
				int entered = 0;
				while (entered < sections) {
					try (LockHandle held = takeSomehow(coordinator, random)) {
						if (held != null) {
							guarded.enter(held);
							entered++;
						}
					}
				}
				return entered;
			}));
		}

		assertThat(workers.stream().mapToInt(Worker::result).sum()).isEqualTo(guarded.counter);
		assertThat(guarded.counter).isEqualTo(coordinators.size() * THREADS * sections);
		assertNothingLeft();
	}

	@Test
	default void interruptsLeaveNobodyInsideAndNothingBehind() {
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		int sections = Math.max(fixture().cycles() / 200, 10);
		Guarded guarded = new Guarded();
		List<Worker<Integer>> workers = new ArrayList<>();

		for (int i = 0; i < coordinators.size() * THREADS; i++) {
			Coordinator coordinator = coordinators.get(i % coordinators.size());
			workers.add(Worker.start(() -> {
				int entered = 0;
				while (entered < sections) {
					try (LockHandle held = lock(coordinator).acquire(LONG)) {
						guarded.enter(held);
						entered++;
					}
					catch (InterruptedException ex) {
						// once more
					}
				}
				return entered;
			}));
		}

		eventually().pollInterval(Duration.ofMillis(1)).until(() -> {
			workers.forEach(Worker::interrupt);
			return workers.stream().allMatch(Worker::isDone);
		});
		assertThat(workers.stream().mapToInt(Worker::result).sum()).isEqualTo(guarded.counter);
		assertNothingLeft();
		assertThat(lock(newCoordinator()).tryAcquire()).isPresent();
	}

	@Test
	default void thousandWaitersLeaveAnEmptyQueueHoweverTheyGo() {
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		LockHandle held = hold(fixture().newSteadyCoordinator());
		Guarded guarded = new Guarded();
		List<Worker<Boolean>> impatient = new ArrayList<>();
		List<Worker<Boolean>> interrupted = new ArrayList<>();
		List<Worker<Boolean>> survivors = new ArrayList<>();
		int waiters = Math.min(fixture().cycles() / 10, 1000);
		Random random = new Random(15);

		for (int i = 0; i < waiters; i++) {
			Coordinator coordinator = coordinators.get(random.nextInt(coordinators.size()));
			int way = random.nextInt(4);
			Duration wait = (way == 0) ? Duration.ofMillis(random.nextInt(200)) : LONG;
			List<Worker<Boolean>> kind = (way == 0) ? impatient : (way == 1) ? interrupted : survivors;
			kind.add(Worker.start(() -> {
				Optional<LockHandle> granted = lock(coordinator).tryAcquire(wait);
				granted.ifPresent((handle) -> {
					try (handle) {
						guarded.enter(handle);
					}
				});
				return granted.isPresent();
			}));
		}
		eventually().until(() -> entries().size() == coordinators.size() + 1);
		interrupted.forEach(Worker::interrupt);
		interrupted.forEach((worker) -> assertThat(worker.failure()).isInstanceOf(InterruptedException.class));
		held.close();

		assertThat(survivors).allMatch(Worker::result);
		long lucky = impatient.stream().filter(Worker::result).count();
		assertThat(guarded.counter).isEqualTo(survivors.size() + (int) lucky);
		assertNothingLeft();
		eventually().untilAsserted(() -> coordinators.forEach(LockEnduranceContract::assertNothingRemembered));
	}

	@Test
	default void cyclesLeaveNothingBehind() {
		Coordinator coordinator = fixture().newSteadyCoordinator();
		cycle(coordinator, "warm-up", Math.min(fixture().cycles(), 1000));
		// whoever looks into the store has threads and descriptors, too
		assertThat(entries()).isEmpty();
		int threads = Thread.activeCount();
		int descriptors = descriptors();

		cycle(coordinator, "n", fixture().cycles());

		assertThat(fixture().entries(kind(), "n0")).isEmpty();
		assertThat(entries()).isEmpty();
		assertNothingRemembered(coordinator);
		// threads of callbacks go when they have been idle for a while
		eventually().untilAsserted(() -> assertThat(Thread.activeCount()).isLessThan(threads + 5));
		eventually().untilAsserted(() -> assertThat(descriptors()).isLessThan(descriptors + 10));
	}

	@Test
	default void contendedNamesAreForgotten() {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();

		for (int i = 0; i < 20; i++) {
			String name = "n" + i;
			LockHandle held = lock(other, name).tryAcquire().orElseThrow();
			Worker<LockHandle> waiter = Worker.start(() -> lock(coordinator, name).acquire());
			eventually().until(() -> fixture().entries(kind(), name).size() == 2);
			held.close();
			waiter.result().close();
		}

		eventually().untilAsserted(() -> assertNothingRemembered(coordinator));
		assertNothingRemembered(other);
	}

	@Test
	default void coordinatorsThatComeAndGoLeaveNothingBehind() {
		for (int i = 0; i < 5; i++) {
			comeAndGo();
		}
		int threads = Thread.activeCount();
		int descriptors = descriptors();

		for (int i = 0; i < 20; i++) {
			comeAndGo();
		}

		assertNothingLeft();
		eventually().untilAsserted(() -> assertThat(Thread.activeCount()).isLessThan(threads + 10));
		eventually().untilAsserted(() -> assertThat(descriptors()).isLessThan(descriptors + 10));
	}

	private void comeAndGo() {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		LockHandle held = hold(coordinator);
		Worker<LockHandle> waiter = queue(other);
		held.close();
		waiter.result();
		coordinator.close();
		other.close();
	}

	private void cycle(Coordinator coordinator, String name, int cycles) {
		for (int i = 0; i < cycles; i++) {
			LockHandle held = lock(coordinator, (i % 2 == 0) ? "a" : name + i).tryAcquire().orElseThrow();
			held.onLost(() -> {
			});
			assertThat(held.release()).isTrue();
		}
	}

	private LockHandle takeSomehow(Coordinator coordinator, Random random) throws InterruptedException {
		return switch (random.nextInt(4)) {
			case 0 -> lock(coordinator).tryAcquire().orElse(null);
			case 1 -> lock(coordinator).tryAcquire(Duration.ofNanos(random.nextInt(2_000_000))).orElse(null);
			case 2 -> lock(coordinator).acquire(LONG);
			default -> lock(coordinator).acquire();
		};
	}

	private static void assertNothingRemembered(Coordinator coordinator) {
		assertThat(Inside.queues(coordinator)).isEmpty();
		assertThat(Inside.tracked(coordinator)).isEmpty();
	}

	/** Open descriptors of this process where the system tells, else none. */
	private static int descriptors() {
		String[] open = new File("/proc/self/fd").list();
		return (open != null) ? open.length : 0;
	}

	/**
	 * What only one thread may touch at a time, as plain as can be, and a resource that
	 * checks tokens.
	 */
	final class Guarded {

		int counter;

		private long lastToken = Long.MIN_VALUE;

		private final AtomicInteger inside = new AtomicInteger();

		void enter(LockHandle held) {
			assertThat(this.inside.incrementAndGet()).as("threads inside").isEqualTo(1);
			held.ensureHeld();
			long token = held.fencingToken().value();
			assertThat(token).as("token").isGreaterThan(this.lastToken);
			this.lastToken = token;
			int read = this.counter;
			Thread.yield();
			this.counter = read + 1;
			this.inside.decrementAndGet();
		}

	}

}
