package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import io.github.coordination.recipe.ExclusionCheck;
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

	private final AtomicBoolean ended = new AtomicBoolean();

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
		awaitLeader();
	}

	@Test
	void waiterGoesOnThoughTheLeaderIsStopped() {
		// an election and a call to the member that is stopped, and then some
		Coordinator holding = connect(Duration.ofSeconds(18));
		LockHandle held = holding.lock("a").tryAcquire().orElseThrow();
		Coordinator waiting = connect(Duration.ofSeconds(18));
		CompletableFuture<LockHandle> next = startWaiting(waiting);
		int leader = awaitLeader();
		cluster.member(leader).pause();
		try {
			eventually().until(() -> cluster.leader() >= 0 && cluster.leader() != leader);
			eventually().until(() -> holding.state() == SessionState.CONNECTED);
			assertThat(held.isHeld()).as("the new leader gives every session its full time again").isTrue();
			assertThat(next).isNotDone();

			long token = held.fencingToken().value();
			held.close();

			assertThat(granted(next).fencingToken().value()).isGreaterThan(token);
		}
		finally {
			cluster.member(leader).resume();
		}
		granted(next).close();
		eventually().ignoreExceptionsMatching(CoordinationException.class::isInstance)
			.until(() -> holding.lock("a").tryAcquire().isPresent());
	}

	@Test
	void nobodySharesALockWhateverHappensToTheLeader() {
		try (ExclusionCheck check = new ExclusionCheck()) {
			for (int i = 0; i < 2; i++) {
				Coordinator coordinator = connect();
				check.start(coordinator);
				check.start(coordinator);
			}
			check.awaitProgress();
			for (int round = 0; round < 2; round++) {
				int stopped = awaitLeader();
				cluster.member(stopped).pause();
				eventually().until(() -> cluster.leader() >= 0 && cluster.leader() != stopped);
				check.awaitProgress();
				cluster.member(stopped).resume();
				check.awaitProgress();

				int killed = awaitLeader();
				cluster.member(killed).kill();
				awaitLeader();
				check.awaitProgress();
				cluster.member(killed).restart();
				check.awaitProgress();
			}

			check.finish();
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
		int leader = awaitLeader();
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

		assertThat(granted(next).isHeld()).isTrue();
		granted(next).close();
		eventually().until(() -> holding.state() == SessionState.CONNECTED);
	}

	/** One that is asked may be too busy to answer. */
	private static int awaitLeader() {
		return eventually().until(cluster::leader, (leader) -> leader >= 0);
	}

	private Coordinator connect() {
		return connect(Duration.ofSeconds(6));
	}

	private Coordinator connect(Duration ttl) {
		Coordinator coordinator = Coordinator.connect(CoordinatorOptions.of("etcd://" + cluster.servers())
			.withNamespace(this.namespace)
			.withTtl(ttl)
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
		eventually().ignoreExceptionsMatching(CoordinationException.class::isInstance)
			.until(() -> coordinator.lock("a").tryAcquire().isEmpty());
		return granted;
	}

	private static LockHandle granted(CompletableFuture<LockHandle> next) {
		eventually().until(next::isDone);
		return next.join();
	}

}
