package io.github.coordination.recipe;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.MisuseException;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who is granted a lock, what the handle says, and how waiting ends.
 */
interface LockGrantContract extends LockFixture {

	@Test
	default void freeLockIsGrantedAndGivenBack() {
		Acquirable lock = lock(newCoordinator());

		LockHandle held = lock.tryAcquire().orElseThrow();

		assertThat(held.isHeld()).isTrue();
		held.ensureHeld();
		assertThat(entries()).hasSize(1);
		assertThat(held.release()).isTrue();
		assertThat(entries()).isEmpty();
		lock.tryAcquire().orElseThrow().close();
		assertThat(entries()).isEmpty();
	}

	@Test
	default void everyWayOfAskingIsGrantedAFreeLock() throws InterruptedException {
		Acquirable lock = lock(newCoordinator());

		try (LockHandle held = lock.acquire()) {
			assertThat(held.isHeld()).isTrue();
		}
		try (LockHandle held = lock.acquire(Duration.ofSeconds(1))) {
			assertThat(held.isHeld()).isTrue();
		}
		try (LockHandle held = lock.acquire(Duration.ZERO)) {
			assertThat(held.isHeld()).isTrue();
		}
		try (LockHandle held = lock.tryAcquire(Duration.ofSeconds(1)).orElseThrow()) {
			assertThat(held.isHeld()).isTrue();
		}
		assertThat(entries()).isEmpty();
	}

	@Test
	default void nameIsTheGivenName() {
		Acquirable lock = lock(newCoordinator(), "orders/1");

		assertThat(lock.name()).isEqualTo("orders/1");
		assertThat(lock.tryAcquire().orElseThrow().name()).isEqualTo("orders/1");
	}

	@Test
	default void heldLockIsRefusedToTheSameThread() {
		Coordinator coordinator = newCoordinator();
		Acquirable lock = lock(coordinator);
		LockHandle held = lock.tryAcquire().orElseThrow();

		assertThat(lock.tryAcquire()).isEmpty();
		assertThat(lock(coordinator).tryAcquire()).isEmpty();

		assertThat(held.isHeld()).isTrue();
		assertThat(held.release()).isTrue();
		assertThat(lock(coordinator).tryAcquire()).isPresent();
	}

	@Test
	default void heldLockIsRefusedToAnotherThread() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);

		assertThat(Worker.start(() -> lock(coordinator).tryAcquire()).result()).isEmpty();

		assertThat(held.release()).isTrue();
		assertThat(Worker.start(() -> lock(coordinator).tryAcquire()).result()).isPresent();
	}

	@Test
	default void heldLockIsRefusedToAnotherCoordinator() throws InterruptedException {
		Coordinator other = newCoordinator();
		LockHandle held = hold(newCoordinator());

		assertThat(lock(other).tryAcquire()).isEmpty();
		assertThat(lock(newCoordinator()).tryAcquire()).isEmpty();

		assertThat(held.release()).isTrue();
		try (LockHandle next = lock(other).acquire()) {
			assertThat(next.isHeld()).isTrue();
			assertThat(held.isHeld()).isFalse();
		}
	}

	@Test
	default void locksOfDifferentNamesHaveNothingToDoWithEachOther() {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		List<String> names = List.of("a", "ab", "A", "a/b", "a/", "/", ".", "..", "a%2Fb", "*", " ", "ä", "\u0000",
				"\uD83D\uDD12", "ü".repeat(256));

		List<LockHandle> held = names.stream()
			.map((name) -> lock(coordinator, name).tryAcquire().orElseThrow())
			.toList();

		for (int i = 0; i < names.size(); i++) {
			assertThat(lock(other, names.get(i)).tryAcquire()).isEmpty();
			assertThat(held.get(i).release()).isTrue();
			assertThat(lock(other, names.get(i)).tryAcquire()).isPresent();
		}
	}

	@Test
	default void namesThatAreNoneAreRefused() {
		Coordinator coordinator = newCoordinator();

		for (String name : List.of("", "n".repeat(513), "\uD83D")) {
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> lock(coordinator, name));
		}
	}

	@Test
	default void takingASecondLockDoesNotGiveBackTheFirst() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);

		LockHandle second = lock(coordinator, "b").tryAcquire().orElseThrow();
		assertThat(second.release()).isTrue();

		assertThat(held.isHeld()).isTrue();
		assertThat(lock(newCoordinator()).tryAcquire()).isEmpty();
	}

	@Test
	default void waitingInVainIsAnException() {
		LockHandle held = hold(newCoordinator());
		Acquirable lock = lock(newCoordinator());

		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> lock.acquire(Duration.ofMillis(20)))
			.withMessageContaining("'a'");
		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> lock.acquire(Duration.ZERO));

		assertThat(held.isHeld()).isTrue();
		assertThat(entries()).hasSize(1);
	}

	@Test
	default void askingOnceNeverWaits() throws InterruptedException {
		Coordinator holder = newCoordinator();
		Coordinator other = newCoordinator();
		LockHandle held = hold(holder);

		for (Coordinator coordinator : List.of(holder, other)) {
			assertThat(lock(coordinator).tryAcquire()).isEmpty();
			for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
				assertThat(lock(coordinator).tryAcquire(none)).isEmpty();
			}
		}

		assertThat(held.isHeld()).isTrue();
		assertThat(entries()).hasSize(1);
	}

	@Test
	default void waitThatTimesOutLeavesNothingBehind() throws InterruptedException {
		Coordinator holder = newCoordinator();
		Coordinator other = newCoordinator();
		LockHandle held = hold(holder);
		String entry = entries().get(0).id();

		for (Coordinator coordinator : List.of(holder, other)) {
			long start = System.nanoTime();
			assertThat(lock(coordinator).tryAcquire(Duration.ofMillis(50))).isEmpty();
			assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
			assertThat(entries()).extracting(Entry::id).containsExactly(entry);
		}

		assertThat(held.release()).isTrue();
		assertThat(lock(other).tryAcquire()).isPresent();
	}

	@Test
	default void hugeWaitsAreWaits() throws InterruptedException {
		Coordinator holder = newCoordinator();
		Coordinator other = newCoordinator();
		Duration huge = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
		LockHandle held = lock(holder).tryAcquire(huge).orElseThrow();
		Worker<LockHandle> local = Worker.startWaiting(() -> lock(holder).acquire(huge));
		Worker<LockHandle> remote = queue(() -> lock(other).acquire(huge));

		held.close();

		remote.result().close();
		local.result().close();
		assertThat(entries()).isEmpty();
	}

	@Test
	default void interruptedWaiterLeavesNothingBehind() {
		Coordinator holder = newCoordinator();
		Coordinator other = newCoordinator();
		LockHandle held = hold(holder);
		Worker<LockHandle> remote = queue(other);
		Worker<LockHandle> behind = queueBehind(other);
		Worker<LockHandle> local = queueBehind(holder);

		List.of(local, behind, remote).forEach(Worker::interrupt);

		assertThat(local.failure()).isInstanceOf(InterruptedException.class);
		assertThat(behind.failure()).isInstanceOf(InterruptedException.class);
		assertThat(remote.failure()).isInstanceOf(InterruptedException.class);
		eventually().until(() -> entries().size() == 1);
		assertThat(held.release()).isTrue();
		assertThat(entries()).isEmpty();
		assertThat(lock(other).tryAcquire()).isPresent();
	}

	@Test
	default void interruptedThreadIsNotGrantedAnything() {
		Coordinator coordinator = newCoordinator();

		for (Duration wait : List.of(Duration.ofSeconds(1), LONG)) {
			Worker<LockHandle> worker = Worker.start(() -> {
				Thread.currentThread().interrupt();
				return lock(coordinator).acquire(wait);
			});
			assertThat(worker.failure()).isInstanceOf(InterruptedException.class);
		}

		assertNothingLeft();
		assertThat(lock(coordinator).tryAcquire()).isPresent();
	}

	@Test
	default void interruptedThreadCanGiveBack() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);

		Worker<Boolean> worker = Worker.start(() -> {
			Thread.currentThread().interrupt();
			boolean released = held.release();
			return released && Thread.interrupted();
		});

		assertThat(worker.result()).isTrue();
		assertThat(held.isHeld()).isFalse();
		assertNothingLeft();
		assertThat(lock(newCoordinator()).tryAcquire()).isPresent();
	}

	@Test
	default void lockIsGivenBackOnce() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);

		try (held) {
			assertThat(held.release()).isTrue();
		}
		assertThat(held.release()).isFalse();
		LockHandle next = hold(coordinator);
		held.close();
		assertThat(held.release()).isFalse();

		assertThat(next.isHeld()).isTrue();
		assertThat(lock(newCoordinator()).tryAcquire()).isEmpty();
		assertThat(lock(coordinator).tryAcquire()).isEmpty();
	}

	@Test
	default void handleBelongsToNoThread() {
		LockHandle held = Worker.start(() -> hold(newCoordinator())).result();

		held.ensureHeld();
		assertThat(Worker.start(held::release).result()).isTrue();

		assertThat(held.isHeld()).isFalse();
		assertThat(entries()).isEmpty();
	}

	@Test
	default void handleThatWasGivenBackHoldsNothing() {
		LockHandle held = hold(newCoordinator());

		held.close();

		assertThat(held.isHeld()).isFalse();
		assertThat(held.remaining()).isZero();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::ensureHeld);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::fencingToken);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> held.fencingToken("a"));
	}

	@Test
	default void remainingTimeIsThatOfTheSession() {
		LockHandle held = hold(newCoordinator());

		if (fixture().expires()) {
			assertThat(held.remaining()).isPositive().isLessThanOrEqualTo(fixture().ttl());
		}
		else {
			assertThat(held.remaining()).isEqualTo(ChronoUnit.FOREVER.getDuration());
		}
	}

	@Test
	default void handleHasTheTokenOfItsNameOnly() {
		LockHandle held = hold(newCoordinator());

		FencingToken token = held.fencingToken();

		assertThat(held.fencingToken("a")).isEqualTo(token);
		assertThat(held.fencingToken()).isEqualTo(token);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> held.fencingToken("b"));
	}

	@Test
	default void tokensGrowWithEveryGrant() throws InterruptedException {
		long last = Long.MIN_VALUE;
		List<Coordinator> coordinators = List.of(newCoordinator(), newCoordinator());

		for (int i = 0; i < 20; i++) {
			Acquirable lock = lock(coordinators.get(i % 3 % 2));
			try (LockHandle held = (i % 2 == 0) ? lock.acquire() : lock.tryAcquire().orElseThrow()) {
				assertThat(held.fencingToken().value()).isGreaterThan(last);
				last = held.fencingToken().value();
			}
		}
		coordinators.forEach(Coordinator::close);
		assertNothingLeft();
		assertThat(hold(newCoordinator()).fencingToken().value()).isGreaterThan(last);
	}

	@Test
	default void refusedAttemptsDoNotShowInTheTokenOfTheHolder() {
		LockHandle held = hold(newCoordinator());
		FencingToken token = held.fencingToken();
		Coordinator other = newCoordinator();

		assertThat(lock(other).tryAcquire()).isEmpty();
		assertThat(lock(other).tryAcquire()).isEmpty();

		assertThat(held.fencingToken()).isEqualTo(token);
		held.close();
		assertThat(hold(other).fencingToken()).isGreaterThan(token);
	}

	@Test
	default void closedCoordinatorGivesEverythingBack() {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		LockHandle held = hold(coordinator);
		Worker<LockHandle> local = queueBehind(coordinator);
		Worker<LockHandle> remote = queue(other);

		coordinator.close();

		assertThat(held.isHeld()).isFalse();
		assertThat(held.release()).isFalse();
		assertThat(local.failure()).isInstanceOf(MisuseException.class);
		assertThat(remote.result().isHeld()).isTrue();
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> lock(coordinator).tryAcquire());
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> lock(coordinator).acquire());
		assertThat(entries()).hasSize(1);
	}

	@Test
	default void waiterOfAClosedCoordinatorLeavesTheQueue() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(newCoordinator());
		Worker<LockHandle> waiter = queue(coordinator);

		coordinator.close();

		assertThat(waiter.failure()).isInstanceOf(MisuseException.class);
		eventually().until(() -> entries().size() == 1);
		assertThat(held.isHeld()).isTrue();
	}

}
