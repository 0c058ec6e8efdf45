package io.github.coordination.test.memory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Group;
import io.github.coordination.GroupListener;
import io.github.coordination.LockHandle;
import io.github.coordination.Member;
import io.github.coordination.SessionState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TestCoordination}. None waits for what a call has brought about: it
 * must be there when the call returns.
 */
@Timeout(60)
class TestCoordinationTests {

	private final Set<Thread> before = clocks();

	private final TestCoordination coordination = TestCoordination.create();

	private final Coordinator coordinator = this.coordination.coordinator();

	private final List<String> log = new CopyOnWriteArrayList<>();

	private volatile Thread waiter;

	@AfterEach
	void close() {
		this.coordination.close();
	}

	@Test
	void optionsReachTheCoordinator() {
		CoordinatorOptions options = CoordinatorOptions.of("zookeeper://nobody.invalid")
			.withMemberId("node-1")
			.withSlots(8);
		try (TestCoordination other = TestCoordination.create(options)) {
			assertThat(other.coordinator().memberId()).isEqualTo("node-1");
			assertThat(other.coordinator().partition("workers").slots()).isEqualTo(8);
		}
	}

	@Test
	void eachHasAStoreOfItsOwn() {
		try (TestCoordination other = TestCoordination.create()) {
			this.coordination.holdLock("a");

			assertThat(other.coordinator().lock("a").tryAcquire()).isPresent();
		}
	}

	@Test
	void renewalsGoOnWhileTimeIsAdvanced() {
		LockHandle held = acquire(this.coordinator, "a");

		this.coordination.advance(Duration.ofHours(1));

		assertThat(held.isHeld()).isTrue();
		assertThat(this.coordinator.state()).isEqualTo(SessionState.CONNECTED);
	}

	@Test
	void timeDoesNotGoBack() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.coordination.advance(Duration.ofSeconds(-1)))
			.withMessageContaining("does not go back");
	}

	@Test
	void whoeverWaitsTooLongGivesUpWhenTimeIsAdvanced() throws Exception {
		// with this ttl nobody looks again by himself while the test runs
		CoordinatorOptions options = CoordinatorOptions.of("local:test").withTtl(Duration.ofMinutes(10));
		try (TestCoordination patient = TestCoordination.create(options)) {
			patient.stopClock();
			patient.holdLock("a");
			CompletableFuture<Optional<LockHandle>> waiting = waitFor(patient.coordinator(), "a",
					Duration.ofMinutes(5));
			Awaitility.await().until(() -> this.waiter != null && this.waiter.getState() == Thread.State.TIMED_WAITING);

			patient.advance(Duration.ofMinutes(4));
			assertThat(waiting).isNotDone();
			patient.advance(Duration.ofMinutes(1));

			assertThat(waiting.get()).isEmpty();
		}
	}

	@Test
	void waitEndsByItselfBecauseTimeGoesOn() throws InterruptedException {
		this.coordination.holdLock("a");

		assertThat(this.coordinator.lock("a").tryAcquire(Duration.ofMillis(50))).isEmpty();
	}

	@Test
	void timeGoesOnUntilTheClockIsStopped() {
		LockHandle held = acquire(this.coordinator, "a");
		Duration first = held.remaining();
		Awaitility.await().until(() -> held.remaining().compareTo(first) < 0);

		this.coordination.stopClock();
		Duration stopped = held.remaining();
		Awaitility.await().during(Duration.ofMillis(100)).until(() -> held.remaining().equals(stopped));

		this.coordination.startClock();
		Awaitility.await().until(() -> held.remaining().compareTo(stopped) < 0);
	}

	@Test
	void lockOfAStrangerIsTakenAndGivenBack() {
		LockHandle held = this.coordination.holdLock("a");

		assertThat(this.coordinator.lock("a").tryAcquire()).isEmpty();
		assertThatIllegalStateException().isThrownBy(() -> this.coordination.holdLock("a"))
			.withMessageContaining("'a'");
		held.close();
		assertThat(this.coordinator.lock("a").tryAcquire()).isPresent();
	}

	@Test
	void holderOfALockIsKnown() {
		assertThat(this.coordination.lockHolder("a")).isEmpty();

		acquire(this.coordinator, "a");
		acquire(this.coordination.stranger("node-2"), "b");

		assertThat(this.coordination.lockHolder("a")).contains(this.coordinator.memberId());
		assertThat(this.coordination.lockHolder("b")).contains("node-2");
	}

	@Test
	void leadershipIsRevokedAndGranted() {
		Election election = this.coordinator.election("e");
		election.onChange(new ElectionListener() {

			@Override
			public void onGranted(FencingToken term) {
				TestCoordinationTests.this.log.add("granted");
			}

			@Override
			public void onRevoked(FencingToken term) {
				TestCoordinationTests.this.log.add("revoked");
			}

		});
		election.join();
		this.coordination.grantLeadership("e");
		assertThat(this.log).containsExactly("granted");

		this.coordination.revokeLeadership("e");
		assertThat(election.isLeader()).isFalse();
		assertThat(this.log).containsExactly("granted", "revoked");

		this.coordination.grantLeadership("e");
		assertThat(election.isLeader()).isTrue();
		assertThat(this.log).containsExactly("granted", "revoked", "granted");
	}

	@Test
	void strangerLeadsAnElectionTheApplicationDoesNotStandFor() {
		this.coordination.revokeLeadership("e");

		assertThat(this.coordinator.election("e").leader()).map((leader) -> leader.member().id()).contains("stranger");
		assertThatIllegalStateException().isThrownBy(() -> this.coordination.grantLeadership("e"))
			.withMessageContaining("the candidates are []");
	}

	@Test
	void strangersJoinAndLeaveGroups() throws InterruptedException {
		Group group = this.coordinator.group("g");
		group.join();
		group.onChange(new GroupListener() {

			@Override
			public void onJoined(Member member) {
				TestCoordinationTests.this.log.add("joined " + member.id() + member.metadata());
			}

			@Override
			public void onLeft(Member member) {
				TestCoordinationTests.this.log.add("left " + member.id());
			}

		});
		this.coordination.settle();
		this.log.clear();

		this.coordination.joinGroup("g", "node-2", Map.of("zone", "north"));
		assertThat(this.log).containsExactly("joined node-2{zone=north}");
		assertThat(group.isUp("node-2")).isTrue();

		this.coordination.leaveGroup("g", "node-2");
		assertThat(this.log).containsExactly("joined node-2{zone=north}", "left node-2");
	}

	@Test
	void applicationIsNoStranger() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.coordination.joinGroup("g", this.coordinator.memberId()))
			.withMessageContaining("itself");
	}

	@Test
	void resetLeavesTheApplicationAlone() throws InterruptedException {
		Election election = this.coordinator.election("e");
		election.join();
		LockHandle own = acquire(this.coordinator, "own");
		this.coordination.holdLock("a");
		this.coordination.joinGroup("g", "node-2");
		this.coordination.revokeLeadership("e");
		this.coordination.stopClock();
		this.coordination.suspend();
		this.coordination.pause();

		this.coordination.reset();

		assertThat(this.coordinator.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(own.isHeld()).isTrue();
		assertThat(election.isLeader()).isTrue();
		assertThat(this.coordinator.lock("a").tryAcquire()).isPresent();
		assertThat(this.coordinator.group("g").members()).isEmpty();
		assertThat(this.coordinator.lock("own").tryAcquire(Duration.ofMillis(20))).isEmpty();
	}

	@Test
	void listenerThatWaitsIsLeftAlone() {
		LockHandle held = this.coordination.holdLock("a");
		CompletableFuture<Void> entered = new CompletableFuture<>();
		acquire(this.coordinator, "b").onLost(() -> {
			entered.complete(null);
			waitFor(this.coordinator, "a", Duration.ofDays(1)).join();
			this.log.add("got it");
		});

		this.coordination.loseSession();

		assertThat(entered).isDone();
		assertThat(this.log).isEmpty();
		held.close();
		Awaitility.await().until(() -> this.log.contains("got it"));
	}

	@Test
	void nothingIsLeftAfterClose() {
		this.coordination.holdLock("a");

		this.coordination.close();

		assertThat(this.coordinator.state()).isEqualTo(SessionState.CLOSED);
		Awaitility.await().untilAsserted(() -> assertThat(clocks()).isSubsetOf(this.before));
	}

	private static Set<Thread> clocks() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("coordination-test-clock"))
			.collect(Collectors.toSet());
	}

	private CompletableFuture<Optional<LockHandle>> waitFor(Coordinator coordinator, String lock, Duration time) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return coordinator.lock(lock).tryAcquire(time);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}, (task) -> {
			this.waiter = new Thread(task, "waiter");
			this.waiter.start();
		});
	}

	private static LockHandle acquire(Coordinator coordinator, String name) {
		return coordinator.lock(name).tryAcquire().orElseThrow();
	}

}
