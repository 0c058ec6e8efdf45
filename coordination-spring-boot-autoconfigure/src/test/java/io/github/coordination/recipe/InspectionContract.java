package io.github.coordination.recipe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.CoordinatorSnapshot.Candidacy;
import io.github.coordination.CoordinatorSnapshot.Held;
import io.github.coordination.CoordinatorSnapshot.Kind;
import io.github.coordination.CoordinatorSnapshot.Membership;
import io.github.coordination.CoordinatorSnapshot.Partitions;
import io.github.coordination.CoordinatorSnapshot.Waiting;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockQueue;
import io.github.coordination.LockQueue.Contender;
import io.github.coordination.MisuseException;
import io.github.coordination.Partitioner;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an operator sees of a coordinator and of a lock, and can do to a lock.
 */
public abstract class InspectionContract extends RecipeContract {

	@Test
	void newCoordinatorHasNothing() {
		Coordinator coordinator = fixture()
			.newCoordinator((options) -> options.withMemberId("m").withNamespace(options.namespace() + "n"));

		CoordinatorSnapshot snapshot = coordinator.snapshot();

		assertThat(snapshot.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(snapshot.scheme()).isNotEmpty();
		assertThat(snapshot.namespace()).startsWith("contract-").endsWith("n");
		assertThat(snapshot.memberId()).isEqualTo("m");
		assertThat(snapshot.guarantees()).isEqualTo(coordinator.guarantees());
		assertThat(snapshot.held()).isEmpty();
		assertThat(snapshot.waiting()).isEmpty();
		assertThat(snapshot.elections()).isEmpty();
		assertThat(snapshot.groups()).isEmpty();
		assertThat(snapshot.partitions()).isEmpty();
	}

	@Test
	void whatIsHeldShowsUntilItIsReleased() {
		Coordinator coordinator = newCoordinator();
		Instant before = coordinator.snapshot().confirmed();
		LockHandle exclusive = coordinator.lock("b").tryAcquire().orElseThrow();
		LockHandle shared = coordinator.readWriteLock("a").readLock().tryAcquire().orElseThrow();
		LockHandle permit = coordinator.semaphore("b", 2).tryAcquire().orElseThrow();

		List<Held> held = coordinator.snapshot().held();

		assertThat(held).extracting(Held::name).containsExactly("a", "b", "b");
		assertThat(held).extracting(Held::kind).containsExactly(Kind.LOCK, Kind.LOCK, Kind.SEMAPHORE);
		assertThat(held).extracting(Held::exclusive).containsExactly(false, true, false);
		assertThat(held).extracting(Held::token)
			.containsExactly(shared.fencingToken(), exclusive.fencingToken(), permit.fencingToken());
		assertThat(held).allSatisfy((each) -> assertThat(each.since()).isBetween(before, before.plusSeconds(180)));
		shared.close();
		permit.close();
		assertThat(coordinator.snapshot().held()).extracting(Held::token).containsExactly(exclusive.fencingToken());
		exclusive.close();
		assertThat(coordinator.snapshot().held()).isEmpty();
	}

	@Test
	void waitingThreadsAreCountedHereAndInTheStore() {
		Coordinator holding = newCoordinator();
		Coordinator waiting = newCoordinator();
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		List<Worker<Boolean>> waiters = Stream
			.generate(() -> Worker.startWaiting(() -> waiting.lock("a").acquire().release()))
			.limit(3)
			.toList();

		fixture().eventually()
			.untilAsserted(
					() -> assertThat(waiting.snapshot().waiting()).containsExactly(new Waiting(Kind.LOCK, "a", 3)));
		assertThat(holding.snapshot().waiting()).isEmpty();

		held.close();
		assertThat(waiters).allSatisfy((waiter) -> assertThat(waiter.result()).isTrue());
		assertThat(waiting.snapshot().waiting()).isEmpty();
	}

	@Test
	void electionsGroupsAndPartitionsShowAsThisProcessKnowsThem() throws InterruptedException {
		Coordinator leader = fixture().newCoordinator((options) -> options.withMemberId("one").withSlots(4));
		Coordinator follower = fixture().newCoordinator((options) -> options.withMemberId("two").withSlots(4));
		leader.election("e").join();
		fixture().eventually().until(leader.election("e")::isLeader);
		follower.election("e").join();
		leader.group("g").join();
		follower.group("g");
		Partitioner partitioner = leader.partition("g");
		fixture().eventually().until(() -> partitioner.mine().size() == 4);

		FencingToken term = leader.election("e").term();
		fixture().eventually().untilAsserted(() -> {
			CoordinatorSnapshot snapshot = leader.snapshot();
			assertThat(snapshot.elections()).singleElement().satisfies((each) -> {
				assertThat(each.candidate()).isTrue();
				assertThat(each.leading()).isTrue();
				assertThat(each.term()).isEqualTo(term);
				assertThat(each.since()).isNotNull();
				assertThat(each.leader()).isEqualTo("one");
			});
			assertThat(snapshot.groups()).containsExactly(new Membership("g", true, 1));
			assertThat(snapshot.partitions()).containsExactly(new Partitions("g", 4, List.of(0, 1, 2, 3)));
		});
		fixture().eventually()
			.untilAsserted(() -> assertThat(follower.snapshot().elections())
				.containsExactly(new Candidacy("e", true, false, null, null, "one")));
		assertThat(follower.snapshot().groups()).containsExactly(new Membership("g", false, null));
		assertThat(follower.snapshot().partitions()).isEmpty();

		leader.election("e").leave();
		partitioner.close();
		leader.group("g").leave();
		fixture().eventually().untilAsserted(() -> {
			CoordinatorSnapshot snapshot = leader.snapshot();
			assertThat(snapshot.elections()).singleElement().matches((each) -> !each.candidate() && !each.leading());
			assertThat(snapshot.groups()).containsExactly(new Membership("g", false, null));
			assertThat(snapshot.partitions()).isEmpty();
		});
	}

	@Test
	void listenersAreToldOfNewNames() {
		Coordinator coordinator = newCoordinator();
		List<CoordinatorSnapshot> told = new CopyOnWriteArrayList<>();
		Subscription subscription = coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onNamesChanged() {
				told.add(coordinator.snapshot());
			}

		});

		coordinator.election("e");
		coordinator.group("g");
		coordinator.partition("p");

		fixture().eventually().until(() -> told.size() == 3);
		coordinator.election("e");
		coordinator.group("g");
		subscription.close();
		assertThat(told).hasSize(3);
		assertThat(told.get(2).elections()).extracting(Candidacy::name).containsExactly("e");
		assertThat(told.get(2).groups()).extracting(Membership::name).containsExactly("g");
		assertThat(told.get(2).partitions()).extracting(Partitions::group).containsExactly("p");
	}

	@Test
	void snapshotIsTakenThoughTheStoreHangs() {
		Coordinator coordinator = fixture().newPatientCoordinator();
		LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow();
		fixture().faults(coordinator).on(Operation.values()).always().hangs();

		assertThat(coordinator.snapshot().held()).extracting(Held::token).containsExactly(held.fencingToken());
	}

	@Test
	void lastRenewalShows() {
		Coordinator coordinator = newCoordinator();
		Instant first = coordinator.snapshot().confirmed();

		fixture().eventually().until(() -> coordinator.snapshot().confirmed().isAfter(first));
	}

	@Test
	void lossAndEndShow() {
		Coordinator coordinator = newCoordinator();
		assertThat(coordinator.lock("a").tryAcquire()).isPresent();

		fixture().loseSession(coordinator);

		assertThat(coordinator.snapshot().held()).isEmpty();
		coordinator.close();
		CoordinatorSnapshot closed = coordinator.snapshot();
		assertThat(closed.state()).isEqualTo(SessionState.CLOSED);
		assertThat(closed.held()).isEmpty();
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> coordinator.queue("a"));
		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> coordinator.forceRelease("a", new FencingToken(1)));
	}

	@Test
	void queueOfALockShowsHolderAndWaitersInOrder() {
		Coordinator one = fixture().newCoordinator((options) -> options.withMemberId("one"));
		Coordinator two = fixture().newCoordinator((options) -> options.withMemberId("two"));
		Coordinator three = fixture().newCoordinator((options) -> options.withMemberId("three"));
		LockHandle held = one.lock("a").tryAcquire().orElseThrow();
		Worker<LockHandle> second = fixture().queue("lock", "a", () -> two.lock("a").acquire());
		Worker<LockHandle> third = fixture().queue("lock", "a", () -> three.readWriteLock("a").readLock().acquire());

		LockQueue queue = three.queue("a");

		assertThat(queue.name()).isEqualTo("a");
		assertThat(queue.holders()).containsExactly(new Contender("one", true, held.fencingToken()));
		assertThat(queue.waiting()).extracting(Contender::memberId).containsExactly("two", "three");
		assertThat(queue.waiting()).extracting(Contender::exclusive).containsExactly(true, false);
		held.close();
		assertThat(queue.waiting().get(0).token()).isEqualTo(second.result().fencingToken());
		second.result().close();
		third.result().close();
		assertThat(one.queue("a")).isEqualTo(new LockQueue("a", List.of(), List.of()));
	}

	@Test
	void readersHoldALockTogether() {
		Coordinator one = newCoordinator();
		Coordinator two = newCoordinator();
		LockHandle first = one.readWriteLock("a").readLock().tryAcquire().orElseThrow();
		LockHandle second = two.readWriteLock("a").readLock().tryAcquire().orElseThrow();

		assertThat(one.queue("a").holders()).extracting(Contender::token)
			.containsExactly(first.fencingToken(), second.fencingToken());
		assertThat(one.queue("a").holders()).noneMatch(Contender::exclusive);
		assertThat(one.queue("a").waiting()).isEmpty();
	}

	@Test
	void forcedReleaseGrantsTheLockToTheNextUnderALargerToken() throws InterruptedException {
		Coordinator holding = newCoordinator();
		Coordinator operator = newCoordinator();
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		Worker<LockHandle> waiter = Worker.startWaiting(() -> operator.lock("a").acquire());
		FencingToken token = operator.queue("a").holders().get(0).token();

		assertThat(operator.forceRelease("a", token)).isTrue();

		assertThat(waiter.result().fencingToken()).isGreaterThan(token);
		assertThat(held.release()).isFalse();
		assertThat(waiter.result().isHeld()).isTrue();
	}

	@Test
	void forcedReleaseHitsOnlyTheHolderWithThatToken() {
		Coordinator coordinator = newCoordinator();
		Coordinator operator = newCoordinator();
		LockHandle earlier = coordinator.lock("a").tryAcquire().orElseThrow();
		FencingToken token = earlier.fencingToken();
		earlier.close();
		LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow();
		Worker<LockHandle> waiter = fixture().queue("lock", "a", () -> operator.lock("a").acquire());

		assertThat(operator.forceRelease("a", token)).isFalse();
		assertThat(operator.forceRelease("a", operator.queue("a").waiting().get(0).token())).isFalse();
		assertThat(operator.forceRelease("b", held.fencingToken())).isFalse();

		assertThat(held.release()).isTrue();
		assertThat(waiter.result().release()).isTrue();
	}

	@Test
	void holderOfTheSameCoordinatorIsToldOfALoss() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow();
		AtomicInteger lost = new AtomicInteger();
		held.onLost(lost::incrementAndGet);

		assertThat(coordinator.forceRelease("a", held.fencingToken())).isTrue();

		assertThat(held.isHeld()).isFalse();
		fixture().eventually().until(() -> lost.get() == 1);
		LockHandle next = coordinator.lock("a").acquire(Duration.ofMinutes(1));
		assertThat(held.release()).isFalse();
		assertThat(next.isHeld()).isTrue();
		assertThat(next.release()).isTrue();
	}

	@Test
	void forcedReleaseOfUnknownOutcomeIsRepeatedForAnOwnHolder() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow();
		FencingToken token = held.fencingToken();
		fixture().faults(coordinator).on(Operation.DELETE).unavailable();

		assertThat(coordinator.forceRelease("a", token)).isTrue();

		assertThat(coordinator.lock("a").acquire(Duration.ofMinutes(1)).fencingToken()).isGreaterThan(token);
	}

}
