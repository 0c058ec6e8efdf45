package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.MisuseException;
import io.github.coordination.Subscription;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What several locks must do that are acquired together.
 */
public abstract class SeveralLocksContract extends RecipeContract {

	@Test
	void allAreGrantedAndGivenBackTogether() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = take(coordinator, "b", "a", "c");

		assertThat(held.isHeld()).isTrue();
		held.ensureHeld();
		for (String name : List.of("a", "b", "c")) {
			assertThat(coordinator.lock(name).tryAcquire()).isEmpty();
			assertThat(newCoordinator().lock(name).tryAcquire()).isEmpty();
		}
		assertThat(held.release()).isTrue();
		assertThat(held.release()).isFalse();
		held.close();
		assertThat(held.isHeld()).isFalse();
		assertThat(held.remaining()).isZero();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::ensureHeld);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> held.fencingToken("a"));
		assertFree("a", "b", "c");
	}

	@Test
	void namesAreJoined() {
		Coordinator coordinator = newCoordinator();

		assertThat(coordinator.locks("a").name()).isEqualTo("a");
		assertThat(coordinator.locks("b", "a").name()).isEqualTo("a, b");
		assertThat(take(coordinator, "b", "a").name()).isEqualTo("a, b");
	}

	@Test
	void sameNameTwiceCountsOnce() {
		Coordinator coordinator = newCoordinator();

		LockHandle held = take(coordinator, "a", "b", "a");

		assertThat(held.name()).isEqualTo("a, b");
		assertThat(size("a")).isEqualTo(1);
		assertThat(held.release()).isTrue();
		assertFree("a", "b");
	}

	@Test
	void atLeastOneNameIsNeeded() {
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().locks());
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().locks("a", ""));
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().locks(List.of()));
	}

	@Test
	void twoOfOneNameAreRefused() {
		Coordinator coordinator = newCoordinator();
		List<Acquirable> both = List.of(coordinator.lock("a"), coordinator.readWriteLock("a").readLock());

		assertThatIllegalArgumentException().isThrownBy(() -> coordinator.locks(both));
	}

	@Test
	void otherThingsAreTakenTogetherToo() {
		Coordinator coordinator = newCoordinator();
		Acquirable all = coordinator.locks(List.of(coordinator.semaphore("c", 2),
				coordinator.readWriteLock("b").readLock(), coordinator.lock("a")));

		LockHandle held = all.tryAcquire().orElseThrow();

		assertThat(held.name()).isEqualTo("a, b, c");
		assertThat(coordinator.lock("a").tryAcquire()).isEmpty();
		assertThat(coordinator.lock("b").tryAcquire()).isEmpty();
		assertThat(held.part("b").release()).isTrue();
		assertThat(held.isHeld()).isFalse();
		assertThat(held.part("a").isHeld()).isTrue();
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> held.part("d"));
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> held.part("a").part("b"));
		assertThat(held.release()).isFalse();
		assertFree("a", "b");
	}

	@Test
	void everyNameHasATokenOfItsOwn() {
		Coordinator coordinator = newCoordinator();
		FencingToken before;
		try (LockHandle single = coordinator.lock("a").tryAcquire().orElseThrow()) {
			before = single.fencingToken();
		}

		LockHandle held = take(coordinator, "a", "b");

		assertThat(held.fencingToken("a")).isGreaterThan(before);
		assertThat(held.fencingToken("b").value()).isEqualTo(entry("b"));
		assertThat(held.fencingToken("a").value()).isEqualTo(entry("a"));
		assertThatExceptionOfType(MisuseException.class).isThrownBy(held::fencingToken);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> held.fencingToken("c"));
		held.close();
		LockHandle one = take(coordinator, "a", "a");
		assertThat(one.fencingToken()).isEqualTo(one.fencingToken("a"));
	}

	@Test
	void noneIsKeptIfOneCannotBeHad() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		LockHandle other = newCoordinator().lock("b").tryAcquire().orElseThrow();
		Acquirable locks = coordinator.locks("a", "b", "c");

		assertThat(locks.tryAcquire()).isEmpty();
		assertFree("a", "c");
		assertThat(locks.tryAcquire(Duration.ofMillis(20))).isEmpty();
		assertFree("a", "c");
		assertThat(locks.tryAcquire(Duration.ofSeconds(-1))).isEmpty();
		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> locks.acquire(Duration.ofMillis(1)));
		assertFree("a", "c");
		Worker<LockHandle> interrupted = Worker.start(locks::acquire);
		fixture().eventually().until(() -> size("b") == 2);
		interrupted.interrupt();
		assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
		assertFree("a", "c");

		assertThat(other.isHeld()).isTrue();
		assertThat(size("b")).isEqualTo(1);
	}

	@Test
	void noneIsKeptIfTheStoreFails() {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).on(Operation.ENQUEUE).after(1).times(1).unavailable();

		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> coordinator.locks("a", "b").tryAcquire());

		assertFree("a", "b");
	}

	@Test
	void locksAreTakenInTheSameOrderHoweverTheyAreNamed() {
		LockHandle other = newCoordinator().lock("a").tryAcquire().orElseThrow();
		List<Worker<LockHandle>> waiters = new ArrayList<>();
		for (List<String> names : List.of(List.of("a", "b"), List.of("b", "a"))) {
			Coordinator coordinator = newCoordinator();
			waiters.add(fixture().queue("lock", "a", () -> coordinator.locks(names.toArray(String[]::new)).acquire()));
		}

		assertThat(size("b")).isZero();
		other.close();

		waiters.forEach((waiter) -> waiter.result().close());
		assertFree("a", "b");
	}

	@Test
	void lossOfASessionIsToldOnce() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = take(coordinator, "a", "b", "c");
		AtomicInteger called = new AtomicInteger();
		AtomicInteger withdrawn = new AtomicInteger();
		AtomicInteger late = new AtomicInteger();
		held.onLost(called::incrementAndGet);
		Subscription subscription = held.onLost(withdrawn::incrementAndGet);
		subscription.close();

		fixture().loseSession(coordinator);
		held.onLost(late::incrementAndGet);

		assertThat(held.isHeld()).isFalse();
		assertThat(held.remaining()).isZero();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::ensureHeld);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> held.fencingToken("b"));
		assertThat(held.release()).isFalse();
		fixture().eventually().until(() -> called.get() > 0 && late.get() > 0);
		coordinator.close();
		assertThat(called).hasValue(1);
		assertThat(late).hasValue(1);
		assertThat(withdrawn).hasValue(0);
	}

	@Test
	void nothingIsGrantedOfWhichAPartWasLostMeanwhile() {
		Coordinator coordinator = newCoordinator();
		LockHandle other = newCoordinator().lock("b").tryAcquire().orElseThrow();
		Worker<LockHandle> waiter = Worker.start(() -> coordinator.locks("a", "b").acquire());
		fixture().eventually().until(() -> size("b") == 2);

		fixture().loseSession(coordinator);
		fixture().eventually().until(() -> size("b") == 2);
		other.close();

		LockHandle held = waiter.result();
		assertThat(held.isHeld()).isTrue();
		assertThat(held.fencingToken("a").value()).isEqualTo(entry("a"));
		assertThat(held.fencingToken("b").value()).isEqualTo(entry("b"));
		held.close();
		assertFree("a", "b");
	}

	@Test
	void usersInEveryOrderNeverWaitForEachOther() {
		List<String> names = List.of("a", "b", "c", "d");
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		int sections = Math.max(fixture().cycles() / 100, 10);
		int[] counters = new int[names.size()];
		List<Worker<int[]>> workers = new ArrayList<>();

		for (int i = 0; i < 8; i++) {
			Random random = new Random(i);
			Coordinator coordinator = coordinators.get(i % coordinators.size());
			workers.add(Worker.start(() -> {
				int[] entered = new int[names.size()];
				for (int section = 0; section < sections; section++) {
					List<String> some = new ArrayList<>(names);
					Collections.shuffle(some, random);
					List<String> chosen = some.subList(0, 1 + random.nextInt(names.size()));
					try (LockHandle held = coordinator.locks(chosen.toArray(String[]::new)).acquire()) {
						held.ensureHeld();
						for (String name : chosen) {
							int index = names.indexOf(name);
							int read = counters[index];
							Thread.yield();
							counters[index] = read + 1;
							entered[index]++;
						}
					}
				}
				return entered;
			}));
		}

		int[] expected = new int[names.size()];
		for (Worker<int[]> worker : workers) {
			int[] entered = worker.result();
			for (int i = 0; i < entered.length; i++) {
				expected[i] += entered[i];
			}
		}
		assertThat(counters).isEqualTo(expected);
		assertFree("a", "b", "c", "d");
	}

	private static LockHandle take(Coordinator coordinator, String... names) {
		return coordinator.locks(names).tryAcquire().orElseThrow();
	}

	private void assertFree(String... names) {
		for (String name : names) {
			fixture().eventually().until(() -> size(name) == 0);
		}
	}

	private long entry(String name) {
		return fixture().entries("lock", name).get(0).createRevision();
	}

	private int size(String name) {
		return fixture().entries("lock", name).size();
	}

}
