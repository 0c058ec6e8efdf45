package io.github.coordination.recipe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Group;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.test.FaultyBackend;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Failures of other libraries that were reported in public, shown on a store within this
 * process whose sessions end by their ttl and that fails on command. What needs a server
 * to be shown, the order of rows in a SQL database, is left to the backends that have
 * one.
 */
class DocumentedFailuresTests {

	private final CoordinatorFixture fixture = LocalCoordinatorFixture.expiring();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	/** Jepsen on etcd 3.4.3; etcd issue 11457; Kleppmann on Redlock, 2016. */
	@Test
	void holderThatIsCutOffLongerThanItsTtlCannotOverwriteItsSuccessor() throws InterruptedException {
		AtomicLong fence = new AtomicLong();
		Coordinator paused = this.fixture.newCoordinator();
		Coordinator successor = this.fixture.newCoordinator();
		LockHandle stale = paused.lock("a").acquire();
		long staleToken = stale.fencingToken().value();
		assertThat(accept(fence, staleToken)).isTrue();

		cutOff(paused);
		LockHandle fresh = successor.lock("a").acquire(Duration.ofSeconds(30));

		assertThat(stale.isHeld()).isFalse();
		assertThat(accept(fence, fresh.fencingToken().value())).isTrue();
		assertThat(accept(fence, staleToken)).isFalse();
	}

	/** etcd issue 11456. */
	@Test
	void waiterWhoseSessionEndedIsNotGrantedInIt() throws Exception {
		Coordinator holder = this.fixture.newCoordinator();
		Coordinator waiter = this.fixture.newCoordinator();
		LockHandle held = holder.lock("a").acquire();
		CompletableFuture<LockHandle> waiting = acquire(waiter, "a");
		this.fixture.eventually().until(() -> this.fixture.entries("lock", "a").size() == 2);

		this.fixture.endSession(waiter);
		held.release();
		LockHandle granted = waiting.join();

		assertThat(granted.isHeld()).isTrue();
		assertThat(this.fixture.entries("lock", "a")).hasSize(1);
		assertThat(granted.fencingToken().value()).isEqualTo(this.fixture.entries("lock", "a").get(0).createRevision());
	}

	/** CURATOR-498, CURATOR-604, CURATOR-696. */
	@Test
	void newSessionDoesNotAdoptTheEntryOfItsDyingPredecessor() throws InterruptedException {
		Coordinator coordinator = this.fixture.newCoordinator();
		LockHandle old = coordinator.lock("a").acquire();
		long oldToken = old.fencingToken().value();
		cutOff(coordinator);
		this.fixture.eventually().until(() -> !old.isHeld());
		assertThat(this.fixture.entries("lock", "a")).hasSize(1);

		this.fixture.faults(coordinator).heal();
		LockHandle fresh = coordinator.lock("a").acquire(Duration.ofSeconds(30));

		assertThat(fresh.fencingToken().value()).isGreaterThan(oldToken);
		assertThat(this.fixture.entries("lock", "a")).hasSize(1);
		assertThat(old.isHeld()).isFalse();
	}

	/** CURATOR-504, CURATOR-644, CURATOR-645. */
	@Test
	void memberThatLosesItsSessionTwiceComesBackOnce() throws InterruptedException {
		Coordinator coordinator = this.fixture.newCoordinator();
		Group group = coordinator.group("a");
		group.join(Map.of("round", "1"));

		this.fixture.loseSession(coordinator);
		this.fixture.loseSession(coordinator);

		this.fixture.eventually().until(() -> group.members().size() == 1);
		assertThat(this.fixture.entries("group", "a")).hasSize(1);
	}

	/** CURATOR-3. */
	@Test
	void candidateThatLeftIsNotMadeLeaderByALateEvent() throws InterruptedException {
		Coordinator leading = this.fixture.newCoordinator();
		Coordinator leaving = this.fixture.newCoordinator();
		Election first = leading.election("a");
		Election second = leaving.election("a");
		first.join();
		this.fixture.eventually().until(first::isLeader);
		second.join();
		this.fixture.eventually().until(() -> this.fixture.entries("election", "a").size() == 2);

		second.leave();
		first.leave();

		this.fixture.eventually().until(() -> this.fixture.entries("election", "a").isEmpty());
		assertThat(second.isLeader()).isFalse();
	}

	/** Consul issues 18271 and 1843; CURATOR-206. */
	@Test
	void holderBehindASilentPartitionIsToldByItsOwnClock() throws InterruptedException {
		Coordinator coordinator = this.fixture.newCoordinator();
		LockHandle held = coordinator.lock("a").acquire();
		CompletableFuture<Integer> lost = new CompletableFuture<>();
		held.onLost(() -> lost.complete(this.fixture.entries("lock", "a").size()));

		cutOff(coordinator);

		// told while the store still keeps the entry, so before it can grant it to
		// another
		assertThat(lost.join()).isEqualTo(1);
		assertThat(held.isHeld()).isFalse();
	}

	/** wolverine issue 2602. */
	@Test
	void holderWhoseSessionTheStoreHasEndedDoesNotGoOnBelieving() throws InterruptedException {
		Coordinator coordinator = this.fixture.newCoordinator();
		LockHandle held = coordinator.lock("a").acquire();

		this.fixture.endSession(coordinator);

		this.fixture.eventually().until(() -> !held.isHeld());
		assertThat(held.release()).isFalse();
	}

	/** pinniped issue 800; spring-cloud-kubernetes issue 1955. */
	@Test
	void leadershipIsGivenUpOnlyAfterTheWorkHasStopped() throws Exception {
		Coordinator leading = this.fixture.newCoordinator();
		Coordinator following = this.fixture.newCoordinator();
		List<String> order = new CopyOnWriteArrayList<>();
		Election first = leading.election("a");
		Election second = following.election("a");
		CompletableFuture<Void> stopping = new CompletableFuture<>();
		CompletableFuture<Void> stop = new CompletableFuture<>();
		first.onChange(new ElectionListener() {

			@Override
			public void onRevoked(FencingToken term) {
				stopping.complete(null);
				stop.join();
				order.add("stopped");
			}

		});
		second.onChange(new ElectionListener() {

			@Override
			public void onGranted(FencingToken term) {
				order.add("granted");
			}

		});
		first.join();
		this.fixture.eventually().until(first::isLeader);
		second.join();
		this.fixture.eventually().until(() -> this.fixture.entries("election", "a").size() == 2);

		CompletableFuture<Void> standing = CompletableFuture.runAsync(() -> standDown(first));
		stopping.join();
		assertThat(first.isLeader()).isFalse();
		assertThat(second.isLeader()).isFalse();
		stop.complete(null);
		standing.join();

		this.fixture.eventually().until(() -> order.size() == 2);
		assertThat(order).containsExactly("stopped", "granted");
	}

	/** kazoo issues 732 and 760; zk issue 49; aiozk issue 34. */
	@Test
	void acquisitionThatFailedLeavesNobodyInTheQueue() throws InterruptedException {
		Coordinator failing = this.fixture.newCoordinator();
		Coordinator other = this.fixture.newCoordinator();
		this.fixture.faults(failing).on(Operation.ENQUEUE).replyLost();

		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> failing.lock("a").tryAcquire());

		assertThat(other.lock("a").acquire(Duration.ofSeconds(30)).isHeld()).isTrue();
		this.fixture.eventually().until(() -> this.fixture.entries("lock", "a").size() == 1);
	}

	/** CURATOR-678, CURATOR-486; spring-integration issues 1888 and 2660. */
	@Test
	void releaseThatFailedLeavesNeitherSideLocked() throws InterruptedException {
		Coordinator coordinator = this.fixture.newCoordinator();
		FaultyBackend faults = this.fixture.faults(coordinator);
		LockHandle lostReply = coordinator.lock("a").acquire();
		faults.on(Operation.DELETE).replyLost();
		lostReply.release();
		assertThat(lostReply.isHeld()).isFalse();
		LockHandle refused = coordinator.lock("a").acquire(Duration.ofSeconds(30));
		faults.on(Operation.DELETE).unavailable();
		refused.release();
		assertThat(refused.isHeld()).isFalse();

		assertThat(coordinator.lock("a").acquire(Duration.ofSeconds(30)).release()).isTrue();
		this.fixture.eventually().until(() -> this.fixture.entries("lock", "a").isEmpty());
	}

	/** redisson issue 775; wolverine issue 2691; spring-integration issue 3272. */
	@Test
	void renewalGoesOnAfterAnErrorAndOneReleaseIsEnough() throws InterruptedException {
		Coordinator coordinator = this.fixture.newCoordinator((options) -> options.withTtl(Duration.ofSeconds(6)));
		FaultyBackend faults = this.fixture.faults(coordinator);
		LockHandle held = coordinator.lock("a").acquire();
		int before = faults.calls(Operation.RENEW);
		faults.on(Operation.RENEW).unavailable();

		this.fixture.eventually().until(() -> faults.calls(Operation.RENEW) > before + 3);

		assertThat(held.isHeld()).isTrue();
		assertThat(held.release()).isTrue();
		assertThat(this.fixture.entries("lock", "a")).isEmpty();
	}

	/** ShedLock issues 132 and 231; Redis documentation on distributed locks. */
	@Test
	void releaseThatComesTooLateDoesNotRemoveTheSuccessorsLock() throws InterruptedException {
		Coordinator late = this.fixture.newCoordinator();
		Coordinator successor = this.fixture.newCoordinator();
		LockHandle stale = late.lock("a").acquire();
		this.fixture.loseSession(late);
		LockHandle fresh = successor.lock("a").acquire(Duration.ofSeconds(30));

		assertThat(stale.release()).isFalse();

		assertThat(this.fixture.entries("lock", "a")).hasSize(1);
		assertThat(fresh.isHeld()).isTrue();
	}

	/** Jepsen on Hazelcast 3.8.3; spring-integration issue 9398. */
	@Test
	void storeThatForgotEverythingIsNoticedAsALoss() throws InterruptedException {
		Coordinator coordinator = this.fixture.newCoordinator();
		List<SessionState> states = new CopyOnWriteArrayList<>();
		coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onStateChanged(SessionState state) {
				states.add(state);
			}

		});
		LockHandle held = coordinator.lock("a").acquire();

		this.fixture.faults(coordinator).changeStoreIdentity();

		this.fixture.eventually().until(() -> !held.isHeld());
		this.fixture.eventually().until(() -> states.contains(SessionState.CONNECTED));
		assertThat(states).startsWith(SessionState.LOST);
	}

	/** etcd issues 15271, 17529 and 19179; ZOOKEEPER-5010. */
	@Test
	void waiterIsGrantedThoughItsWatchRepeatsOrLosesEvents() throws Exception {
		Coordinator holder = this.fixture.newCoordinator();
		Coordinator waiter = this.fixture.newCoordinator();
		this.fixture.faults(waiter).duplicateChanges();
		LockHandle first = holder.lock("a").acquire();
		CompletableFuture<LockHandle> waiting = acquire(waiter, "a");
		this.fixture.eventually().until(() -> this.fixture.entries("lock", "a").size() == 2);
		first.release();
		waiting.join().release();

		this.fixture.faults(waiter).loseChanges();
		LockHandle second = holder.lock("b").acquire();
		CompletableFuture<LockHandle> deaf = acquire(waiter, "b");
		this.fixture.eventually().until(() -> this.fixture.entries("lock", "b").size() == 2);
		second.release();

		assertThat(deaf.join().isHeld()).isTrue();
	}

	/** Nothing answers from now on, as behind a cable that was pulled. */
	private void cutOff(Coordinator coordinator) {
		this.fixture.faults(coordinator).on(Operation.values()).always().unavailable();
	}

	private static boolean accept(AtomicLong fence, long token) {
		return fence.getAndUpdate((seen) -> Math.max(seen, token)) <= token;
	}

	private static CompletableFuture<LockHandle> acquire(Coordinator coordinator, String name) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return coordinator.lock(name).acquire(Duration.ofSeconds(60));
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private static void standDown(Election election) {
		try {
			election.standDown();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
