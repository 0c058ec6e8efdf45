package io.github.coordination.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.MisuseException;
import io.github.coordination.NamedReadWriteLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the view of a lock must do that is bound to its thread.
 */
public abstract class LockViewContract extends RecipeContract {

	@Test
	void threadThatHoldsItMayTakeItAgain() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();
		lock.lock();
		lock.lockInterruptibly();
		assertThat(lock.tryLock()).isTrue();
		assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
		assertThat(size("lock")).isEqualTo(1);

		for (int i = 0; i < 3; i++) {
			lock.unlock();
			assertThat(isFree(coordinator)).isFalse();
		}
		lock.unlock();

		assertThat(size("lock")).isZero();
		assertThat(isFree(coordinator)).isTrue();
	}

	@Test
	void viewsOfOneNameShareTheirState() {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();
		lock.lock();

		coordinator.lock("a").asLock().lock();
		lock.unlock();
		assertThat(isFree(coordinator)).isFalse();
		coordinator.lock("a").asLock().unlock();

		assertThat(isFree(coordinator)).isTrue();
	}

	@Test
	void otherThreadsAreExcluded() {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();
		lock.lock();

		assertThat(Worker.start(lock::tryLock).result()).isFalse();
		assertThat(Worker.start(() -> lock.tryLock(20, TimeUnit.MILLISECONDS)).result()).isFalse();
		assertThat(Worker.start(() -> lock.tryLock(-1, TimeUnit.DAYS)).result()).isFalse();
		assertThat(newCoordinator().lock("a").asLock().tryLock()).isFalse();
		Worker<Boolean> waiter = Worker.startWaiting(() -> {
			lock.lock();
			lock.unlock();
			return true;
		});
		lock.unlock();

		assertThat(waiter.result()).isTrue();
		assertThat(isFree(coordinator)).isTrue();
	}

	@Test
	void viewAndHandleExcludeEachOtherInOneThread() {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();

		lock.lock();
		assertThat(coordinator.lock("a").tryAcquire()).isEmpty();
		lock.unlock();
		try (LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow()) {
			assertThat(lock.tryLock()).isFalse();
			assertThat(held.isHeld()).isTrue();
		}
		assertThat(lock.tryLock()).isTrue();
	}

	@Test
	void onlyTheThreadThatHoldsItMayUnlockIt() {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
		lock.lock();

		Worker<Boolean> other = Worker.start(() -> {
			lock.unlock();
			return true;
		});

		assertThat(other.failure()).isInstanceOf(IllegalMonitorStateException.class);
		assertThat(isFree(coordinator)).isFalse();
		lock.unlock();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
	}

	@Test
	void lostLockCannotBeTakenAgainBeforeItIsUnlocked() {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();
		lock.lock();
		lock.lock();

		fixture().loseSession(coordinator);

		assertThatExceptionOfType(LockLostException.class).isThrownBy(lock::lock);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lock::lockInterruptibly);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lock::tryLock);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> lock.tryLock(1, TimeUnit.SECONDS));
		lock.unlock();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lock::unlock);
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock::unlock);
		lock.lock();
		lock.unlock();
		assertThat(size("lock")).isZero();
	}

	@Test
	void conditionsAreNotSupported() {
		Lock lock = newCoordinator().lock("a").asLock();

		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(lock::newCondition);
	}

	@Test
	void hugeWaitsAreWaits() throws InterruptedException {
		Coordinator coordinator = newCoordinator();

		for (TimeUnit unit : TimeUnit.values()) {
			Lock lock = coordinator.lock(unit.name()).asLock();
			assertThat(lock.tryLock(Long.MAX_VALUE, unit)).isTrue();
			lock.unlock();
			assertThat(lock.tryLock(Long.MIN_VALUE, unit)).isTrue();
			lock.unlock();
		}
	}

	@Test
	void lockOutlastsInterrupts() {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();
		LockHandle held = newCoordinator().lock("a").tryAcquire().orElseThrow();
		Worker<Boolean> waiter = Worker.start(() -> {
			lock.lock();
			lock.unlock();
			return Thread.interrupted();
		});
		fixture().eventually().until(() -> size("lock") == 2);

		waiter.interrupt();
		fixture().eventually().until(() -> size("lock") == 2);
		assertThat(waiter.isDone()).isFalse();
		held.close();

		assertThat(waiter.result()).isTrue();
	}

	@Test
	void interruptEndsAnInterruptibleWait() {
		Coordinator coordinator = newCoordinator();
		Lock lock = coordinator.lock("a").asLock();
		LockHandle held = newCoordinator().lock("a").tryAcquire().orElseThrow();
		Worker<Boolean> waiter = Worker.start(() -> {
			lock.lockInterruptibly();
			return true;
		});
		Worker<Boolean> limited = Worker.start(() -> lock.tryLock(1, TimeUnit.DAYS));
		fixture().eventually().until(() -> size("lock") == 2);

		waiter.interrupt();
		limited.interrupt();

		assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
		assertThat(limited.failure()).isInstanceOf(InterruptedException.class);
		fixture().eventually().until(() -> size("lock") == 1);
		held.close();
	}

	@Test
	void upgradeOfAReadLockIsMisuse() throws InterruptedException {
		NamedReadWriteLock lock = newCoordinator().readWriteLock("a");
		Lock reading = lock.readLock().asLock();
		Lock writing = lock.writeLock().asLock();
		reading.lock();

		assertThatExceptionOfType(MisuseException.class).isThrownBy(writing::lock);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(writing::lockInterruptibly);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(writing::tryLock);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> writing.tryLock(1, TimeUnit.DAYS));

		assertThat(Worker.start(reading::tryLock).result()).isTrue();
		reading.unlock();
		assertThat(size("lock")).isEqualTo(1);
	}

	@Test
	void writerMayReadAndKeepsTheLockUntilTheLastUnlock() {
		Coordinator coordinator = newCoordinator();
		NamedReadWriteLock lock = coordinator.readWriteLock("a");
		Lock reading = lock.readLock().asLock();
		Lock writing = lock.writeLock().asLock();
		writing.lock();
		reading.lock();
		writing.lock();

		writing.unlock();
		writing.unlock();
		assertThat(Worker.start(reading::tryLock).result()).isFalse();
		reading.unlock();

		assertThat(size("lock")).isZero();
		assertThat(Worker.start(reading::tryLock).result()).isTrue();
	}

	@Test
	void readersShareThroughTheirViews() {
		Coordinator coordinator = newCoordinator();
		Lock reading = coordinator.readWriteLock("a").readLock().asLock();
		reading.lock();

		assertThat(Worker.start(reading::tryLock).result()).isTrue();
		assertThat(newCoordinator().readWriteLock("a").readLock().asLock().tryLock()).isTrue();

		assertThat(Worker.start(() -> coordinator.readWriteLock("a").writeLock().asLock().tryLock()).result())
			.isFalse();
	}

	@Test
	void nestedSectionsExcludeEachOther() {
		List<Coordinator> coordinators = List.of(fixture().newSteadyCoordinator(), fixture().newSteadyCoordinator());
		int sections = Math.max(fixture().cycles() / 100, 10);
		int[] counter = new int[1];
		List<Worker<Integer>> workers = new ArrayList<>();

		for (int i = 0; i < 8; i++) {
			Coordinator coordinator = coordinators.get(i % coordinators.size());
			workers.add(Worker.start(() -> {
				for (int section = 0; section < sections; section++) {
					increment(coordinator, counter, section % 3);
				}
				return sections;
			}));
		}

		assertThat(workers.stream().mapToInt(Worker::result).sum()).isEqualTo(counter[0]);
		assertThat(size("lock")).isZero();
	}

	private static void increment(Coordinator coordinator, int[] counter, int depth) {
		Lock lock = coordinator.lock("a").asLock();
		lock.lock();
		try {
			if (depth > 0) {
				increment(coordinator, counter, depth - 1);
			}
			else {
				int read = counter[0];
				Thread.yield();
				counter[0] = read + 1;
			}
		}
		finally {
			lock.unlock();
		}
	}

	private static boolean isFree(Coordinator coordinator) {
		return Worker.start(() -> coordinator.lock("a").tryAcquire().map(LockHandle::release).orElse(false)).result();
	}

	private int size(String kind) {
		return fixture().entries(kind, "a").size();
	}

}
