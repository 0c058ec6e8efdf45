package io.github.coordination.recipe;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.SessionLostException;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.spi.Entry;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What becomes of holders and waiters when a session ends.
 */
interface LockLossContract extends LockFixture {

	@Test
	default void lostLockIsNotHeld() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);

		lose(coordinator, held);

		assertThat(held.remaining()).isZero();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::ensureHeld).withMessageContaining("'a'");
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::fencingToken);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> held.fencingToken("a"));
		assertThat(held.release()).isFalse();
		assertThat(held.release()).isFalse();
		assertNothingLeft();
	}

	@Test
	default void endOfASessionIsNoticedByItsRenewal() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);
		AtomicInteger called = new AtomicInteger();
		held.onLost(called::incrementAndGet);

		fixture().endSession(coordinator);

		eventually().until(() -> !held.isHeld() && called.get() == 1);
		eventually().until(() -> coordinator.state() == SessionState.CONNECTED);
	}

	@Test
	default void lossIsToldOnceToEverybodyWhoWantsToKnow() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);
		FencingToken token = held.fencingToken();
		AtomicInteger before = new AtomicInteger();
		AtomicInteger twice = new AtomicInteger();
		AtomicInteger after = new AtomicInteger();
		AtomicInteger withdrawn = new AtomicInteger();
		List<String> told = new CopyOnWriteArrayList<>();
		coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onLockLost(String name, FencingToken token) {
				if (!name.equals("another")) {
					told.add(name + " " + token);
				}
				throw new IllegalStateException("thrown by a listener of a test");
			}

		});
		coordinator.onChange(recordLosses(told));
		Subscription subscription = held.onLost(withdrawn::incrementAndGet);
		held.onLost(() -> {
			throw new IllegalStateException("thrown by a callback of a test");
		});
		held.onLost(before::incrementAndGet);
		Runnable same = twice::incrementAndGet;
		held.onLost(same);
		held.onLost(same);
		subscription.close();
		subscription.close();

		lose(coordinator, held);
		held.onLost(after::incrementAndGet);

		eventually().until(() -> before.get() == 1 && twice.get() == 2 && after.get() == 1 && told.size() == 2);
		held.close();
		loseAgain(coordinator);
		assertThat(before).hasValue(1);
		assertThat(twice).hasValue(2);
		assertThat(after).hasValue(1);
		assertThat(withdrawn).hasValue(0);
		assertThat(told).containsOnly("a " + token).hasSize(2);
	}

	@Test
	default void lossIsToldOnAThreadOfTheCoordinator() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);
		List<Thread> threads = new CopyOnWriteArrayList<>();
		held.onLost(() -> threads.add(Thread.currentThread()));
		lose(coordinator, held);
		eventually().until(() -> threads.size() == 1);

		held.onLost(() -> threads.add(Thread.currentThread()));

		eventually().until(() -> threads.size() == 2);
		assertThat(threads).doesNotContain(Thread.currentThread())
			.noneMatch((thread) -> thread.getName().contains("heart") || thread.getName().contains("timer"));
	}

	@Test
	default void callbackThatBlocksHoldsNobodyUp() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);
		AtomicInteger called = new AtomicInteger();
		LockHandle second = lock(coordinator, "b").tryAcquire().orElseThrow();
		held.onLost(() -> awaitForever(called));
		second.onLost(called::incrementAndGet);

		lose(coordinator, held);

		eventually().until(() -> called.get() == 2);
		eventually().until(() -> coordinator.state() == SessionState.CONNECTED);
		assertThat(lock(coordinator).tryAcquire()).isPresent();
	}

	@Test
	default void whatWasGivenBackIsNotLost() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);
		LockHandle other = lock(coordinator, "b").tryAcquire().orElseThrow();
		AtomicInteger called = new AtomicInteger();
		List<String> told = new CopyOnWriteArrayList<>();
		coordinator.onChange(recordLosses(told));
		held.onLost(called::incrementAndGet);

		held.close();
		held.onLost(called::incrementAndGet);
		lose(coordinator, other);

		eventually().until(() -> !told.isEmpty());
		assertThat(told).singleElement().asString().startsWith("b ");
		assertThat(called).hasValue(0);
	}

	@Test
	default void lateReleaseDoesNotTakeTheLockFromTheSuccessor() {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		LockHandle held = hold(coordinator);
		Worker<LockHandle> waiter = queue(other);

		fixture().endSession(coordinator);
		LockHandle successor = waiter.result();
		held.release();
		eventually().until(() -> hasNewSession(coordinator));
		held.close();

		assertThat(successor.isHeld()).isTrue();
		assertThat(entries()).hasSize(1);
		assertThat(lock(coordinator).tryAcquire()).isEmpty();
		assertThat(successor.release()).isTrue();
	}

	@Test
	default void lateReleaseDoesNotTakeTheLockFromASuccessorInTheSameCoordinator() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);
		FencingToken token = held.fencingToken();
		lose(coordinator, held);

		LockHandle successor = lock(coordinator).acquire();
		assertThat(held.release()).isFalse();

		assertThat(successor.isHeld()).isTrue();
		assertThat(successor.fencingToken()).isGreaterThan(token);
		assertThat(lock(coordinator).tryAcquire()).isEmpty();
		assertThat(lock(newCoordinator()).tryAcquire()).isEmpty();
	}

	@Test
	default void waitersGetWhatADeadSessionHeld() {
		Coordinator dying = newCoordinator();
		LockHandle held = hold(dying);
		long token = held.fencingToken().value();
		Worker<LockHandle> local = queueBehind(dying);
		Worker<LockHandle> remote = queue(newCoordinator());

		fixture().loseSession(dying);

		LockHandle next = remote.result();
		assertThat(next.fencingToken().value()).isGreaterThan(token);
		assertThat(held.isHeld()).isFalse();
		next.close();
		LockHandle last = local.result();
		assertThat(last.isHeld()).isTrue();
		assertThat(last.fencingToken().value()).isGreaterThan(token);
	}

	@Test
	default void waiterWhoseSessionDiesQueuesAgain() {
		Coordinator waiting = newCoordinator();
		LockHandle held = hold(newCoordinator());
		Worker<LockHandle> waiter = queue(waiting);
		Worker<LockHandle> behind = queueBehind(waiting);
		String place = entries().get(1).id();

		fixture().endSession(waiting);

		eventually().until(this::entries, (now) -> now.size() == 2 && !now.get(1).id().equals(place));
		assertThat(waiter.isDone()).isFalse();
		assertThat(behind.isDone()).isFalse();
		held.close();
		LockHandle granted = waiter.result();
		assertThat(granted.isHeld()).isTrue();
		granted.close();
		assertThat(behind.result().isHeld()).isTrue();
	}

	@Test
	default void waiterWhoseSessionDiesStillTimesOut() {
		Coordinator waiting = newCoordinator();
		LockHandle held = hold(newCoordinator());
		Worker<Boolean> waiter = Worker.start(() -> lock(waiting).tryAcquire(Duration.ofSeconds(3)).isPresent());
		eventually().until(() -> waiter.isQueued() || waiter.isDone());

		fixture().endSession(waiting);

		assertThat(waiter.result()).isFalse();
		eventually().until(() -> entries().size() == 1);
		assertThat(held.isHeld()).isTrue();
	}

	@Test
	default void waiterNeverBelievesInASessionThatIsOver() {
		Coordinator waiting = newCoordinator();

		for (int i = 0; i < 5; i++) {
			LockHandle held = hold(newCoordinator());
			Worker<LockHandle> waiter = queue(waiting);

			fixture().endSession(waiting);
			held.close();

			LockHandle granted = waiter.result();
			long token = granted.fencingToken().value();
			assertThat(entries()).singleElement().extracting(Entry::createRevision).isEqualTo(token);
			granted.ensureHeld();
			granted.close();
			assertNothingLeft();
		}
	}

	@Test
	default void sessionThatDiesWithTheGrantIsLost() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		AtomicInteger called = new AtomicInteger();
		fixture().faults(coordinator).on(Operation.ENQUEUE).sessionDiesAfterwards();

		LockHandle held = lock(coordinator).acquire();
		held.onLost(called::incrementAndGet);

		eventually().until(() -> !held.isHeld() && called.get() == 1);
		try (LockHandle next = lock(coordinator).acquire()) {
			assertThat(next.isHeld()).isTrue();
		}
	}

	@Test
	default void storeThatHasEndedTheSessionIsNotAskedAgainAndAgain() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		fixture().endSession(coordinator);

		try (LockHandle held = lock(coordinator).acquire()) {
			assertThat(held.isHeld()).isTrue();
		}

		assertThat(fixture().faults(coordinator).calls(Operation.ENQUEUE)).isLessThan(10);
	}

	@Test
	default void askingOnceWithoutASessionIsUnavailable() {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).on(Operation.OPEN).always().unavailable();

		fixture().endSession(coordinator);

		assertThatThrownBy(() -> lock(coordinator).tryAcquire()).isInstanceOfAny(SessionLostException.class,
				BackendUnavailableException.class);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> lock(coordinator).tryAcquire());
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> lock(coordinator).tryAcquire(Duration.ofMillis(20)));
		fixture().faults(coordinator).heal();
		eventually().until(() -> coordinator.state() == SessionState.CONNECTED);
		assertThat(lock(coordinator).tryAcquire()).isPresent();
	}

	@Test
	default void restoredStoreIsAnotherStore() {
		Coordinator coordinator = newCoordinator();
		LockHandle held = hold(coordinator);

		fixture().faults(coordinator).changeStoreIdentity();

		eventually().until(() -> !held.isHeld());
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::ensureHeld);
	}

	/** End the session of a holder and wait until it knows. */
	private void lose(Coordinator coordinator, LockHandle held) {
		fixture().loseSession(coordinator);
		assertThat(held.isHeld()).isFalse();
	}

	private boolean hasNewSession(Coordinator coordinator) {
		try {
			return lock(coordinator, "another").tryAcquire().map(LockHandle::release).orElse(false);
		}
		catch (SessionLostException | BackendUnavailableException ex) {
			return false;
		}
	}

	private void loseAgain(Coordinator coordinator) {
		eventually().until(() -> coordinator.state() == SessionState.CONNECTED);
		lose(coordinator, lock(coordinator, "another").tryAcquire().orElseThrow());
	}

	private static CoordinatorListener recordLosses(List<String> told) {
		return new CoordinatorListener() {

			@Override
			public void onLockLost(String name, FencingToken token) {
				if (!name.equals("another")) {
					told.add(name + " " + token);
				}
			}

		};
	}

	private static void awaitForever(AtomicInteger called) {
		called.incrementAndGet();
		try {
			new CountDownLatch(1).await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
