package io.github.coordination.backend.zookeeper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.zookeeper.KeeperException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.CoordinationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.FencingToken;
import io.github.coordination.GroupListener;
import io.github.coordination.LockHandle;
import io.github.coordination.Member;
import io.github.coordination.SessionState;
import io.github.coordination.recipe.ExclusionCheck;
import io.github.coordination.server.TcpProxy;
import io.github.coordination.server.ZooKeeperEnsemble;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three servers, of which the leader dies, a follower is cut off, or too many stop.
 */
@Tag("zookeeper")
@Tag("cluster")
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ZooKeeperEnsembleTests {

	private static ZooKeeperEnsemble ensemble;

	private final List<Coordinator> coordinators = new ArrayList<>();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final String namespace = "ensemble-" + System.nanoTime();

	@BeforeAll
	static void start() {
		ensemble = ZooKeeperEnsemble.start();
	}

	@AfterAll
	static void stop() {
		ensemble.close();
	}

	@AfterEach
	void close() {
		this.ended.set(true);
		ensemble.awaitReady();
		closeCoordinators();
	}

	@Test
	void holderWaiterAndWatcherGoOnThoughTheLeaderDies() throws InterruptedException {
		Coordinator holding = connect("holding", ensemble.addresses(), Duration.ofSeconds(18));
		Coordinator waiting = connect("waiting", ensemble.addresses(), Duration.ofSeconds(18));
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		Waiter next = startWaiting(waiting, "a");
		Present seen = watch(waiting);
		holding.group("g").join();
		eventually().until(() -> seen.members.equals(Set.of("holding")));
		int leader = awaitLeader(ensemble);
		ensemble.server(leader).process().kill();
		try {
			awaitLeader(ensemble);
			eventually().until(() -> holding.state() == SessionState.CONNECTED && succeeds(holding));
			assertThat(held.isHeld()).as("the new leader gives every session its full time again").isTrue();
			assertThat(next.granted).isNotDone();

			long token = held.fencingToken().value();
			held.close();

			assertThat(next.handle().fencingToken().value()).isGreaterThan(token);
			persist(() -> waiting.group("g").join());
			persist(() -> holding.group("g").leave());
			eventually().until(() -> seen.members.equals(Set.of("waiting")));
			assertThat(seen.twice).isEmpty();
		}
		finally {
			ensemble.server(leader).process().restart();
		}
	}

	@Test
	void nobodySharesALockWhateverHappensToTheLeader() {
		try (ExclusionCheck check = new ExclusionCheck()) {
			for (int i = 0; i < 2; i++) {
				Coordinator coordinator = connect("worker-" + i, ensemble.addresses(), Duration.ofSeconds(6));
				check.start(coordinator);
				check.start(coordinator);
			}
			check.awaitProgress();
			for (int round = 0; round < 2; round++) {
				int killed = awaitLeader(ensemble);
				ensemble.server(killed).process().kill();
				try {
					awaitLeader(ensemble);
					check.awaitProgress();
				}
				finally {
					ensemble.server(killed).process().restart();
				}
				ensemble.awaitReady();
				check.awaitProgress();
			}

			check.finish();
		}
	}

	@Test
	void holderAtAFollowerThatIsCutOffIsToldOfTheLossBeforeAnybodyIsGranted() {
		try (ZooKeeperEnsemble divided = ZooKeeperEnsemble.startDivisible()) {
			int follower = (awaitLeader(divided) == 0) ? 1 : 0;
			String sessions = Layout.of("/ensemble", this.namespace).sessions();
			List<String> known = new ArrayList<>();
			Sessions.run(divided.server(follower),
					(stranger) -> assertHolderIsToldFirst(divided.server(follower).address(),
							divided.addressesWithout(follower), () -> {
								divided.cutOff(follower);
								known.addAll(stranger.getChildren(sessions, false));
							}, () -> {
								assertThat(stranger.getChildren(sessions, false)).as("what the follower still answers")
									.hasSize(2)
									.containsExactlyInAnyOrderElementsOf(known);
								divided.heal(follower);
							}));
			closeCoordinators();
		}
	}

	@Test
	void holderWhoseSessionTheServersExpireIsToldOfTheLossBeforeAnybodyIsGranted() throws Exception {
		try (TcpProxy proxy = TcpProxy.to(ensemble.server(0).port())) {
			assertHolderIsToldFirst("127.0.0.1:" + proxy.port(), ensemble.addresses(), proxy::refuse, proxy::pass);
			closeCoordinators();
		}
	}

	@Test
	void withoutAQuorumNothingIsGrantedAndTheHolderIsToldOfTheLoss() {
		Coordinator holding = connect("holding", ensemble.addresses(), Duration.ofSeconds(6));
		Coordinator waiting = connect("waiting", ensemble.addresses(), Duration.ofSeconds(6));
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		FencingToken token = held.fencingToken();
		AtomicLong lost = new AtomicLong();
		held.onLost(() -> lost.set(System.nanoTime()));
		Waiter next = startWaiting(waiting, "a");
		int leader = awaitLeader(ensemble);
		ensemble.server(leader).process().pause();
		ensemble.server(leader + 1).process().pause();
		try {
			eventually().until(() -> lost.get() != 0);
			assertThat(held.isHeld()).isFalse();
			assertThat(next.granted).isNotDone();
		}
		finally {
			ensemble.server(leader).process().resume();
			ensemble.server(leader + 1).process().resume();
		}

		assertThat(next.handle().fencingToken()).isGreaterThan(token);
		assertThat(lost.get()).isLessThan(next.instant.get());
		eventually().until(() -> holding.state() == SessionState.CONNECTED);
	}

	/**
	 * The holder also waits for something, watches a group and is in it; others change
	 * all that while it is away.
	 */
	private void assertHolderIsToldFirst(String its, String theirs, Step cut, Step heal)
			throws KeeperException, InterruptedException {
		Coordinator holding = connect("holding", its, Duration.ofSeconds(6));
		Coordinator other = connect("other", theirs, Duration.ofSeconds(6));
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		FencingToken token = held.fencingToken();
		AtomicLong lost = new AtomicLong();
		held.onLost(() -> lost.set(System.nanoTime()));
		LockHandle back = other.lock("back").tryAcquire().orElseThrow();
		FencingToken backToken = back.fencingToken();
		Waiter waitingBack = startWaiting(holding, "back");
		Waiter next = startWaiting(other, "a");
		Present seenByHolder = watch(holding);
		Present seenByOther = watch(other);
		holding.group("g").join();
		eventually().until(() -> seenByHolder.members.equals(Set.of("holding")));
		eventually().until(() -> seenByOther.members.equals(Set.of("holding")));

		cut.run();
		LockHandle granted = next.handle();
		assertThat(held.isHeld()).isFalse();
		assertThat(lost.get()).as("instant of the loss").isNotZero().isLessThan(next.instant.get());
		assertThat(granted.fencingToken()).isGreaterThan(token);
		System.out.printf("LOST was told %.0f ms before the next grant%n", (next.instant.get() - lost.get()) / 1e6);
		other.group("g").join();
		back.close();
		eventually().until(() -> seenByOther.members.equals(Set.of("other")));
		assertThat(waitingBack.granted).isNotDone();
		assertThat(seenByHolder.members).containsExactly("holding");
		heal.run();
		assertThat(waitingBack.handle().fencingToken()).isGreaterThan(backToken);
		eventually().until(() -> seenByOther.members.equals(Set.of("holding", "other")));
		eventually().until(() -> seenByHolder.members.equals(Set.of("holding", "other")));
		assertThat(seenByOther.twice).isEmpty();
		assertThat(seenByHolder.twice).isEmpty();
		assertThat(granted.isHeld()).isTrue();
		assertThat(held.release()).isFalse();
	}

	/** One that is asked may be too busy to answer. */
	private static int awaitLeader(ZooKeeperEnsemble asked) {
		return eventually().until(asked::leader, (leader) -> leader >= 0);
	}

	private void closeCoordinators() {
		this.coordinators.forEach(Coordinator::close);
		this.coordinators.clear();
	}

	private Coordinator connect(String memberId, String addresses, Duration ttl) {
		Coordinator coordinator = Coordinator.connect(CoordinatorOptions.of("zookeeper://" + addresses + "/ensemble")
			.withNamespace(this.namespace)
			.withMemberId(memberId)
			.withTtl(ttl)
			.withConnectTimeout(Duration.ofSeconds(30)));
		this.coordinators.add(coordinator);
		return coordinator;
	}

	private Present watch(Coordinator coordinator) {
		Present present = new Present();
		coordinator.group("g").onChange(present);
		return present;
	}

	/** Wait for a lock, and see that it is waited for. */
	private Waiter startWaiting(Coordinator coordinator, String name) {
		Waiter waiter = new Waiter();
		Thread thread = new Thread(() -> {
			while (!waiter.granted.isDone() && !this.ended.get()) {
				try {
					LockHandle handle = coordinator.lock(name).acquire(Duration.ofMinutes(2));
					waiter.instant.set(System.nanoTime());
					waiter.granted.complete(handle);
				}
				catch (CoordinationException ex) {
					// the store is away, or the session was lost: once more
				}
				catch (InterruptedException ex) {
					waiter.granted.completeExceptionally(ex);
				}
			}
		});
		thread.setDaemon(true);
		thread.start();
		eventually().ignoreExceptionsMatching(CoordinationException.class::isInstance)
			.until(() -> coordinator.lock(name).tryAcquire().isEmpty());
		return waiter;
	}

	private static boolean succeeds(Coordinator coordinator) {
		try {
			return coordinator.lock("probe").tryAcquire().map(LockHandle::release).orElse(false);
		}
		catch (CoordinationException ex) {
			return false;
		}
	}

	/** Repeat what cannot be done as long as the store is away. */
	private static void persist(Step step) {
		eventually().ignoreExceptionsMatching(CoordinationException.class::isInstance).until(() -> {
			step.run();
			return true;
		});
	}

	private static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.pollInSameThread();
	}

	/**
	 * Something that blocks.
	 */
	private interface Step {

		void run() throws KeeperException, InterruptedException;

	}

	/**
	 * What somebody who waited was given, and when.
	 */
	private static final class Waiter {

		private final CompletableFuture<LockHandle> granted = new CompletableFuture<>();

		private final AtomicLong instant = new AtomicLong();

		/** Wait until it was given. */
		LockHandle handle() {
			eventually().until(this.granted::isDone);
			return this.granted.join();
		}

	}

	/**
	 * Who is in a group by what its listener was told.
	 */
	private static final class Present implements GroupListener {

		private final Set<String> members = ConcurrentHashMap.newKeySet();

		/** What cannot be if no change was missed. */
		private final Queue<String> twice = new ConcurrentLinkedQueue<>();

		@Override
		public void onJoined(Member member) {
			if (!this.members.add(member.id())) {
				this.twice.add("+" + member.id());
			}
		}

		@Override
		public void onLeft(Member member) {
			if (!this.members.remove(member.id())) {
				this.twice.add("-" + member.id());
			}
		}

	}

}
