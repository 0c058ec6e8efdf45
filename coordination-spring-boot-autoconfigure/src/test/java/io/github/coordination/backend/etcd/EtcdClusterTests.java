package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.CoordinationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.server.EtcdCluster;

import static io.github.coordination.backend.etcd.EtcdFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three members, of which the one that leads, or too many, stop or die.
 */
@Tag("etcd")
@Tag("cluster")
class EtcdClusterTests {

	private static EtcdCluster cluster;

	private final List<Coordinator> coordinators = new ArrayList<>();

	private final Queue<Held> history = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final List<Thread> workers = new ArrayList<>();

	private final String namespace = "cluster-" + System.nanoTime();

	@BeforeAll
	static void start() {
		cluster = EtcdCluster.start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@AfterEach
	void close() {
		this.ended.set(true);
		this.coordinators.forEach(Coordinator::close);
		eventually().until(() -> cluster.leader() >= 0);
	}

	@Test
	void waiterGoesOnThoughTheLeaderIsStopped() {
		Coordinator holding = connect();
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		Coordinator waiting = connect();
		CompletableFuture<LockHandle> next = startWaiting(waiting);
		int leader = cluster.leader();
		cluster.member(leader).pause();
		try {
			eventually().until(() -> cluster.leader() >= 0 && cluster.leader() != leader);
			eventually().until(() -> holding.state() == SessionState.CONNECTED);
			assertThat(held.isHeld()).as("the new leader gives every session its full time again").isTrue();
			assertThat(next).isNotDone();

			long token = held.fencingToken().value();
			held.close();

			assertThat(next.join().fencingToken().value()).isGreaterThan(token);
		}
		finally {
			cluster.member(leader).resume();
		}
		next.join().close();
		eventually().ignoreExceptionsMatching(CoordinationException.class::isInstance)
			.until(() -> holding.lock("a").tryAcquire().isPresent());
	}

	@Test
	void nobodySharesALockWhateverHappensToTheLeader() throws InterruptedException {
		for (int i = 0; i < 2; i++) {
			Coordinator coordinator = connect();
			startWorking(coordinator);
			startWorking(coordinator);
		}
		awaitProgress();
		for (int round = 0; round < 2; round++) {
			int stopped = cluster.leader();
			cluster.member(stopped).pause();
			eventually().until(() -> cluster.leader() >= 0 && cluster.leader() != stopped);
			awaitProgress();
			cluster.member(stopped).resume();
			awaitProgress();

			int killed = cluster.leader();
			cluster.member(killed).kill();
			eventually().until(() -> cluster.leader() >= 0);
			awaitProgress();
			cluster.member(killed).restart();
			awaitProgress();
		}

		this.ended.set(true);
		for (Thread worker : this.workers) {
			worker.join();
		}

		List<Held> inOrder = this.history.stream().sorted(Comparator.comparing(Held::from)).toList();
		for (int i = 1; i < inOrder.size(); i++) {
			assertThat(inOrder.get(i).from()).isGreaterThan(inOrder.get(i - 1).until());
			assertThat(inOrder.get(i).token()).isGreaterThan(inOrder.get(i - 1).token());
		}
	}

	@Test
	void withoutAQuorumNothingIsGrantedAndTheHolderIsToldOfTheLoss() {
		Coordinator holding = connect();
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		AtomicBoolean told = new AtomicBoolean();
		held.onLost(() -> told.set(true));
		Coordinator waiting = connect();
		CompletableFuture<LockHandle> next = startWaiting(waiting);
		AtomicBoolean lost = new AtomicBoolean();
		waiting.onChange(new CoordinatorListener() {

			@Override
			public void onStateChanged(SessionState state) {
				lost.compareAndSet(false, state == SessionState.LOST);
			}

		});
		int leader = cluster.leader();
		cluster.member(leader).pause();
		cluster.member(leader + 1).pause();
		try {
			eventually().untilTrue(told);
			eventually().untilTrue(lost);
			assertThat(held.isHeld()).isFalse();
			assertThat(next).isNotDone();
		}
		finally {
			cluster.member(leader).resume();
			cluster.member(leader + 1).resume();
		}

		assertThat(next.join().isHeld()).isTrue();
		next.join().close();
		eventually().until(() -> holding.state() == SessionState.CONNECTED);
	}

	private Coordinator connect() {
		Coordinator coordinator = Coordinator.connect(CoordinatorOptions.of("etcd://" + cluster.servers())
			.withNamespace(this.namespace)
			.withTtl(Duration.ofSeconds(6))
			.withConnectTimeout(Duration.ofSeconds(30)));
		this.coordinators.add(coordinator);
		return coordinator;
	}

	/** Wait for the lock, and see that it is waited for. */
	private CompletableFuture<LockHandle> startWaiting(Coordinator coordinator) {
		CompletableFuture<LockHandle> granted = new CompletableFuture<>();
		Thread waiter = new Thread(() -> {
			while (!granted.isDone() && !this.ended.get()) {
				try {
					granted.complete(coordinator.lock("a").acquire(Duration.ofMinutes(2)));
				}
				catch (CoordinationException ex) {
					// the store is away, or the session was lost: once more
				}
				catch (InterruptedException ex) {
					granted.completeExceptionally(ex);
				}
			}
		});
		waiter.setDaemon(true);
		waiter.start();
		eventually().until(() -> coordinator.lock("a").tryAcquire().isEmpty());
		return granted;
	}

	private void startWorking(Coordinator coordinator) {
		Thread worker = new Thread(() -> {
			while (!this.ended.get()) {
				try {
					work(coordinator.lock("a").acquire(Duration.ofSeconds(20)));
				}
				catch (CoordinationException ex) {
					// as above
				}
				catch (InterruptedException ex) {
					return;
				}
			}
		});
		worker.setDaemon(true);
		this.workers.add(worker);
		worker.start();
	}

	private void work(LockHandle handle) {
		try (handle) {
			long from = System.nanoTime();
			long token = handle.fencingToken().value();
			long until = System.nanoTime();
			// only what was believed until then counts
			if (handle.isHeld()) {
				this.history.add(new Held(token, from, until));
			}
		}
	}

	private void awaitProgress() {
		int before = this.history.size();
		eventually().until(() -> this.history.size() > before + 20);
	}

	/**
	 * Somebody held the lock.
	 */
	private record Held(long token, long from, long until) {
	}

}
