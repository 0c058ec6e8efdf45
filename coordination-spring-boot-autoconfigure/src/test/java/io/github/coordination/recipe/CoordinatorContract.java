package io.github.coordination.recipe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Group;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.MisuseException;
import io.github.coordination.Partitioner;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How a {@link Coordinator} lives and ends.
 */
public abstract class CoordinatorContract extends RecipeContract {

	private static final Duration MOMENT = Duration.ofMillis(1);

	@Test
	void newCoordinatorIsConnected() {
		Coordinator coordinator = newCoordinator();

		assertThat(coordinator.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(coordinator.guarantees()).isEqualTo(fixture().store().guarantees());
		assertThat(coordinator.groups()).isEmpty();
	}

	@Test
	void memberIdIsNewUnlessItIsGiven() {
		assertThat(newCoordinator().memberId()).isNotEqualTo(newCoordinator().memberId());
		assertThat(fixture().newCoordinator((options) -> options.withMemberId("a")).memberId()).isEqualTo("a");
	}

	@Test
	void namespacesAreApart() {
		Coordinator one = newCoordinator();
		Coordinator other = fixture().newCoordinator((options) -> options.withNamespace(options.namespace() + "b"));
		one.group("g").create();
		LockHandle held = one.lock("a").tryAcquire().orElseThrow();

		assertThat(other.groups()).isEmpty();
		assertThat(other.lock("a").tryAcquire()).isPresent();
		assertThat(held.isHeld()).isTrue();
	}

	@Test
	void kindsOfTheSameNameAreApart() {
		Coordinator coordinator = newCoordinator();

		assertThat(coordinator.lock("a").tryAcquire()).isPresent();
		assertThat(coordinator.semaphore("a", 2).tryAcquire()).isPresent();
		coordinator.election("a").join();
		fixture().eventually().until(coordinator.election("a")::isLeader);
		assertThat(coordinator.latch("a", 3).remaining()).isEqualTo(3);
	}

	// States

	@Test
	void statesAreToldInOrder() {
		Coordinator coordinator = fixture().newCoordinator((options) -> options.withTtl(Duration.ofSeconds(6)));
		List<SessionState> told = listen(coordinator);

		fixture().faults(coordinator).on(Operation.RENEW).unavailable();
		fixture().eventually().until(() -> told.size() == 2);
		fixture().endSession(coordinator);
		fixture().eventually().until(() -> told.size() == 4);
		coordinator.close();
		fixture().eventually().until(() -> told.size() == 5);

		assertThat(told).containsExactly(SessionState.SUSPENDED, SessionState.CONNECTED, SessionState.LOST,
				SessionState.CONNECTED, SessionState.CLOSED);
		assertThat(coordinator.state()).isEqualTo(SessionState.CLOSED);
	}

	@Test
	void listenerThatFailsHarmsNobody() {
		Coordinator coordinator = newCoordinator();
		coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onStateChanged(SessionState state) {
				throw new IllegalStateException("a listener that fails on purpose");
			}

		});
		List<SessionState> told = listen(coordinator);

		fixture().endSession(coordinator);

		fixture().eventually().until(() -> told.equals(List.of(SessionState.LOST, SessionState.CONNECTED)));
	}

	@Test
	void closedSubscriptionHearsNothingMore() {
		Coordinator coordinator = newCoordinator();
		List<SessionState> closed = new CopyOnWriteArrayList<>();
		Subscription subscription = coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onStateChanged(SessionState state) {
				closed.add(state);
			}

		});
		List<SessionState> open = listen(coordinator);

		subscription.close();
		subscription.close();
		coordinator.close();

		fixture().eventually().until(() -> open.equals(List.of(SessionState.CLOSED)));
		assertThat(closed).isEmpty();
	}

	// The end

	@Test
	void closingGivesEverythingBack() throws InterruptedException {
		Coordinator coordinator = fixture().newCoordinator((options) -> options.withMemberId("a").withSlots(4));
		LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow();
		coordinator.group("g").join();
		Partitioner partitioner = coordinator.partition("g");
		coordinator.election("e").join();
		fixture().eventually().until(coordinator.election("e")::isLeader);
		fixture().eventually().until(() -> partitioner.mine().size() == 4);

		coordinator.close();

		assertThat(held.isHeld()).isFalse();
		assertThat(held.remaining()).isZero();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(held::ensureHeld);
		assertThat(held.release()).isFalse();
		assertThat(coordinator.election("e").isLeader()).isFalse();
		assertThat(partitioner.mine()).isEmpty();
		for (Map.Entry<String, String> name : Map.of("lock", "a", "group", "g", "slot", "g", "election", "e")
			.entrySet()) {
			fixture().eventually().until(() -> fixture().entries(name.getKey(), name.getValue()).isEmpty());
		}
	}

	@Test
	void closingTwiceIsHarmless() {
		Coordinator coordinator = newCoordinator();
		List<SessionState> told = listen(coordinator);

		coordinator.close();
		coordinator.close();

		fixture().eventually().until(() -> !told.isEmpty());
		assertThat(told).containsExactly(SessionState.CLOSED);
	}

	@Test
	void closingEndsThoughTheStoreIsDownAndAListenerHangs() {
		for (boolean hanging : List.of(true, false)) {
			Coordinator coordinator = fixture()
				.newCoordinator((options) -> options.withSlots(4).withRevocationTimeout(Duration.ofMillis(300)));
			CountDownLatch never = new CountDownLatch(1);
			LockHandle held = coordinator.lock("a" + hanging).tryAcquire().orElseThrow();
			Election election = coordinator.election("e" + hanging);
			election.onChange(new ElectionListener() {

				@Override
				public void onRevoked(FencingToken term) {
					try {
						never.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}

			});
			election.join();
			fixture().eventually().until(election::isLeader);
			assertThat(coordinator.partition("g").mine()).isEmpty();
			if (hanging) {
				fixture().faults(coordinator).on(Operation.values()).always().hangs();
			}
			else {
				fixture().faults(coordinator).on(Operation.values()).always().unavailable();
			}

			Background close = Background.run(coordinator::close);

			fixture().eventually().until(close::isDone);
			assertThat(close.outcome()).isCompleted();
			assertThat(coordinator.state()).isEqualTo(SessionState.CLOSED);
			assertThat(held.isHeld()).isFalse();
			assertThat(election.isLeader()).isFalse();
			never.countDown();
		}
	}

	@Test
	void closedCoordinatorRefusesEveryUse() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		Election election = coordinator.election("e");
		Group group = coordinator.group("g");
		Partitioner partitioner = coordinator.partition("g");
		group.join();
		coordinator.close();

		Map<String, ThrowingCallable> uses = new LinkedHashMap<>();
		uses.put("lock once", () -> coordinator.lock("a").tryAcquire());
		uses.put("lock in time", () -> coordinator.lock("a").tryAcquire(Duration.ofMinutes(5)));
		uses.put("lock", () -> coordinator.lock("a").acquire());
		uses.put("lock view", () -> coordinator.lock("a").asLock().lock());
		uses.put("locks", () -> coordinator.locks("a", "b").acquire());
		uses.put("read lock", () -> coordinator.readWriteLock("a").readLock().acquire());
		uses.put("write lock", () -> coordinator.readWriteLock("a").writeLock().acquire());
		uses.put("semaphore", () -> coordinator.semaphore("a", 2).acquire());
		uses.put("new election", () -> coordinator.election("new").join());
		uses.put("join election", election::join);
		uses.put("stand down", election::standDown);
		uses.put("leave election", election::leave);
		uses.put("leader", election::leader);
		uses.put("candidates", election::candidates);
		uses.put("groups", coordinator::groups);
		uses.put("create", group::create);
		uses.put("delete", group::delete);
		uses.put("exists", group::exists);
		uses.put("join group", group::join);
		uses.put("update", () -> group.update(Map.of("a", "b")));
		uses.put("leave group", group::leave);
		uses.put("members", group::members);
		uses.put("partition", () -> coordinator.partition("new"));
		uses.put("barrier", () -> coordinator.barrier("b", 1).await(Duration.ofMinutes(5)));
		uses.put("count down", () -> coordinator.latch("l", 1).countDown());
		uses.put("remaining", () -> coordinator.latch("l", 1).remaining());
		uses.put("latch", () -> coordinator.latch("l", 1).await(Duration.ofMinutes(5)));
		uses.put("reset", () -> coordinator.latch("l", 1).reset());

		uses.forEach((use, call) -> assertThatExceptionOfType(MisuseException.class).as(use)
			.isThrownBy(call)
			.withMessageContaining("closed"));
		assertThat(election.isLeader()).isFalse();
		assertThat(partitioner.mine()).isEmpty();
		assertThat(coordinator.state()).isEqualTo(SessionState.CLOSED);
		partitioner.close();
	}

	@Test
	void waitersAreToldOfTheEnd() {
		Coordinator holding = newCoordinator();
		Coordinator closing = newCoordinator();
		assertThat(holding.lock("a").tryAcquire()).isPresent();
		List<Background> waiters = List.of(Background.run(() -> closing.lock("a").acquire()),
				Background.run(() -> closing.barrier("b", 2).await(Duration.ofMinutes(5))),
				Background.run(() -> closing.latch("l", 1).await(Duration.ofMinutes(5))));
		fixture().eventually().until(() -> waiters.stream().allMatch(Background::isWaiting));

		closing.close();

		fixture().eventually().until(() -> waiters.stream().allMatch(Background::isDone));
		assertThat(waiters).allSatisfy((waiter) -> assertThat(waiter.outcome()).failsWithin(MOMENT)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(MisuseException.class));
	}

	@Test
	void closedCoordinatorsLeaveNoThread() throws InterruptedException {
		assertThat(fixture().entries("lock", "a")).isEmpty();
		Set<Thread> before = threads();
		for (int i = 0; i < 5; i++) {
			Coordinator coordinator = newCoordinator();
			coordinator.election("e").join();
			coordinator.group("g").join();
			coordinator.partition("g").mine();
			listen(coordinator);
			assertThat(coordinator.lock("a").tryAcquire()).isPresent();
			coordinator.close();
		}

		fixture().eventually().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
	}

	// Names

	@Test
	void nameThatCannotBeIsRefused() {
		Coordinator coordinator = newCoordinator();
		Map<String, String> names = Map.of("", "empty", "x".repeat(513), "513 bytes", "\u00fc".repeat(257), "514 bytes",
				"a\ud83d", "not valid Unicode", "\ude00a", "not valid Unicode");

		names.forEach((name, problem) -> Stream
			.<ThrowingCallable>of(() -> coordinator.lock(name), () -> coordinator.locks("a", name),
					() -> coordinator.readWriteLock(name), () -> coordinator.semaphore(name, 1),
					() -> coordinator.election(name), () -> coordinator.group(name), () -> coordinator.partition(name),
					() -> coordinator.barrier(name, 1), () -> coordinator.latch(name, 1))
			.forEach((call) -> assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(problem)));
	}

	@Test
	void anyOtherNameIsTaken() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		for (String name : List.of("x".repeat(512), "\ud83d\ude00".repeat(128), " ", "a/b", "..", "\u0000",
				"{a}*%\r\n")) {
			try (LockHandle held = coordinator.lock(name).acquire()) {
				assertThat(held.name()).isEqualTo(name);
			}
			coordinator.group(name).join();
			assertThat(coordinator.group(name).members()).hasSize(1);
			coordinator.election(name).join();
			fixture().eventually().until(coordinator.election(name)::isLeader);
		}
		assertThat(coordinator.groups()).hasSize(7);
	}

	@Test
	void numberBelowOneIsRefused() {
		Coordinator coordinator = newCoordinator();

		for (int number : List.of(0, -1)) {
			assertThatIllegalArgumentException().isThrownBy(() -> coordinator.semaphore("a", number))
				.withMessageContaining("permits");
			assertThatIllegalArgumentException().isThrownBy(() -> coordinator.barrier("a", number))
				.withMessageContaining("parties");
			assertThatIllegalArgumentException().isThrownBy(() -> coordinator.latch("a", number))
				.withMessageContaining("count");
		}
		assertThatIllegalArgumentException().isThrownBy(coordinator::locks).withMessageContaining("at least one");
	}

	private static List<SessionState> listen(Coordinator coordinator) {
		List<SessionState> told = new CopyOnWriteArrayList<>();
		coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onStateChanged(SessionState state) {
				told.add(state);
			}

		});
		return told;
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("coordination-"))
			.collect(Collectors.toSet());
	}

}
