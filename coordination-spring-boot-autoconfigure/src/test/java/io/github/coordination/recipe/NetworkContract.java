package io.github.coordination.recipe;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinationException;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.server.TcpProxy;
import io.github.coordination.server.TcpProxy.Direction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds when the network between a coordinator and its store fails without telling
 * anybody. A backend with a server extends it and says where the server is.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class NetworkContract {

	private final String namespace = "network-" + UUID.randomUUID();

	private final List<Coordinator> coordinators = new CopyOnWriteArrayList<>();

	private TcpProxy proxy;

	/**
	 * Return where the server listens.
	 * @return its port on 127.0.0.1
	 */
	protected abstract int serverPort();

	/**
	 * Return the url of the store as seen through a port.
	 * @param port the server's, or that of a proxy
	 * @return the url
	 */
	protected abstract String url(int port);

	/**
	 * Return the ttl of the sessions.
	 * @return the ttl
	 */
	protected Duration ttl() {
		return Duration.ofSeconds(3);
	}

	@BeforeEach
	final void openProxy() {
		this.proxy = TcpProxy.to(serverPort());
	}

	@AfterEach
	final void closeEverything() {
		this.proxy.pass();
		this.coordinators.forEach(Coordinator::close);
		this.proxy.close();
	}

	@ParameterizedTest
	@EnumSource
	void holderInSilenceIsToldOfTheLossBeforeAnybodyIsGranted(Silence silence) throws InterruptedException {
		Recorder cutOff = new Recorder(connectThroughProxy());
		Recorder other = new Recorder(connect(serverPort()));
		LockHandle held = cutOff.coordinator.lock("a").tryAcquire().orElseThrow();
		FencingToken token = held.fencingToken();
		Election election = cutOff.joinElection();
		eventually().until(election::isLeader);
		cutOff.recordDeadlineOf(held);
		Worker<Long> waiting = Worker.start(() -> {
			LockHandle next = other.coordinator.lock("a").acquire();
			long instant = System.nanoTime();
			assertThat(next.fencingToken()).isGreaterThan(token);
			return instant;
		});
		other.joinElection();
		eventually().until(() -> election.candidates().size() == 2);

		silence.fall(this.proxy);

		long granted = waiting.result();
		eventually().until(() -> other.granted.get() != 0);
		eventually().until(() -> cutOff.lost.get() != 0 && cutOff.revoked.get() != 0);
		assertThat(held.isHeld()).isFalse();
		assertThat(cutOff.lost.get()).as("instant of the loss").isNotZero().isLessThan(granted);
		assertThat(cutOff.revoked.get()).as("instant of the revocation").isNotZero().isLessThan(other.granted.get());
		System.out.printf(
				"%s, silence %s: LOST was told %.1f ms after the deadline and %.0f ms before the next grant%n",
				getClass().getSimpleName(), silence, millis(cutOff.lost.get() - cutOff.deadline.get()),
				millis(granted - cutOff.lost.get()));
		assertThat(cutOff.lost.get()).isGreaterThanOrEqualTo(cutOff.deadline.get());

		this.proxy.pass();
		eventually().until(() -> cutOff.coordinator.state() == SessionState.CONNECTED);
		eventually().until(() -> cutOff.coordinator.lock("b").tryAcquire(Duration.ofSeconds(1)).isPresent());
	}

	@Test
	void nothingIsLostByACutShorterThanTheTtl() throws InterruptedException {
		Recorder disturbed = new Recorder(connectThroughProxy());
		LockHandle held = disturbed.coordinator.lock("a").tryAcquire().orElseThrow();
		for (int i = 0; i < 3; i++) {
			this.proxy.cut();
			eventually().until(() -> succeeds(disturbed.coordinator));
		}

		assertThat(held.isHeld()).isTrue();
		assertThat(disturbed.states).doesNotContain(SessionState.LOST);
		assertThat(held.release()).isTrue();
		assertThat(connect(serverPort()).lock("a").tryAcquire(ttl())).isPresent();
	}

	@Test
	void releaseDuringACutIsSeenAfterIt() {
		Coordinator disturbed = connectThroughProxy();
		Coordinator holder = connect(serverPort());
		LockHandle held = holder.lock("a").tryAcquire().orElseThrow();
		FencingToken token = held.fencingToken();
		Worker<LockHandle> waiting = Worker.startWaiting(() -> disturbed.lock("a").acquire());
		eventually().until(() -> disturbed.lock("warm").tryAcquire().isPresent());

		this.proxy.refuse();
		held.close();
		this.proxy.pass();

		LockHandle next = waiting.result();
		assertThat(next.isHeld()).isTrue();
		assertThat(next.fencingToken()).isGreaterThan(token);
	}

	@Test
	void lostReplyOfAnAcquisitionLeavesNoOrphan() throws InterruptedException {
		Coordinator disturbed = connectThroughProxy();
		Coordinator other = connect(serverPort());
		for (int i = 0; i < 5; i++) {
			String name = "a" + i;
			this.proxy.loseNextReply();
			Worker<LockHandle> acquiring = Worker.start(() -> disturbed.lock(name).acquire());
			eventually().until(this.proxy::hasLostReply);

			acquiring.result().close();
			assertThat(other.lock(name).tryAcquire(ttl().multipliedBy(3))).as("the lock after its release").isPresent();
		}
	}

	@Test
	void requestThatArrivesLateLeavesNoOrphan() throws InterruptedException {
		Coordinator disturbed = connectThroughProxy();
		Coordinator other = connect(serverPort());
		this.proxy.hold(Direction.TO_SERVER);
		try {
			assertThat(disturbed.lock("a").tryAcquire(Duration.ofMillis(50))).isEmpty();
		}
		catch (CoordinationException ex) {
			// as good an answer
		}

		this.proxy.pass();

		eventually().until(() -> other.lock("a").tryAcquire(Duration.ofSeconds(1)).isPresent());
	}

	@Test
	void slowNetworkIsNoLoss() throws InterruptedException {
		Recorder slow = new Recorder(connectThroughProxy());
		this.proxy.delay(ttl().dividedBy(100));
		Coordinator other = connect(serverPort());
		long end = System.nanoTime() + ttl().multipliedBy(2).toNanos();
		FencingToken last = other.lock("a").acquire(ttl()).fencingToken();
		LockHandle blocking = other.lock("b").tryAcquire().orElseThrow();
		assertThat(slow.coordinator.lock("b").tryAcquire()).isEmpty();
		blocking.close();
		other.close();

		do {
			try (LockHandle held = slow.coordinator.lock("a").acquire(ttl().multipliedBy(3))) {
				assertThat(held.fencingToken()).isGreaterThan(last);
				last = held.fencingToken();
			}
		}
		while (System.nanoTime() < end);

		assertThat(slow.states).doesNotContain(SessionState.LOST);
	}

	private boolean succeeds(Coordinator coordinator) {
		try {
			return coordinator.lock("probe").tryAcquire().map(LockHandle::release).orElse(false);
		}
		catch (CoordinationException ex) {
			return false;
		}
	}

	private Coordinator connectThroughProxy() {
		return connect(this.proxy.port());
	}

	private Coordinator connect(int port) {
		Coordinator coordinator = Coordinator
			.connect(CoordinatorOptions.of(url(port)).withNamespace(this.namespace).withTtl(ttl()));
		this.coordinators.add(coordinator);
		return coordinator;
	}

	private ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(ttl().multipliedBy(6).plusSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			// a call that the machine has no time for says nothing
			.ignoreExceptionsMatching(CoordinationException.class::isInstance);
	}

	private static double millis(long nanos) {
		return nanos / 1e6;
	}

	/**
	 * How the network falls silent.
	 */
	enum Silence {

		/** Nothing reaches the server. */
		TO_SERVER(Direction.TO_SERVER),

		/** The server hears everything and is not heard. */
		TO_CLIENT(Direction.TO_CLIENT),

		/** Both. */
		BOTH_WAYS(Direction.values());

		private final Direction[] directions;

		Silence(Direction... directions) {
			this.directions = directions;
		}

		void fall(TcpProxy proxy) {
			proxy.drop(this.directions);
		}

	}

	/**
	 * When a coordinator was told what, by the monotonic clock; 0 for never.
	 */
	private static final class Recorder {

		private final Coordinator coordinator;

		private final List<SessionState> states = new CopyOnWriteArrayList<>();

		private final AtomicLong deadline = new AtomicLong();

		private final AtomicLong lost = new AtomicLong();

		private final AtomicLong granted = new AtomicLong();

		private final AtomicLong revoked = new AtomicLong();

		private volatile LockHandle held;

		Recorder(Coordinator coordinator) {
			this.coordinator = coordinator;
			coordinator.onChange(new CoordinatorListener() {

				@Override
				public void onStateChanged(SessionState state) {
					Recorder.this.states.add(state);
					LockHandle held = Recorder.this.held;
					Duration left = (held != null) ? held.remaining() : Duration.ZERO;
					if (state == SessionState.SUSPENDED && left.toNanos() > 0) {
						Recorder.this.deadline.set(System.nanoTime() + left.toNanos());
					}
				}

			});
		}

		/** No renewal succeeds after a suspension in these tests, so it stays. */
		void recordDeadlineOf(LockHandle held) {
			this.held = held;
			held.onLost(() -> this.lost.compareAndSet(0, System.nanoTime()));
		}

		Election joinElection() {
			Election election = this.coordinator.election("e");
			election.onChange(new ElectionListener() {

				@Override
				public void onGranted(FencingToken term) {
					Recorder.this.granted.compareAndSet(0, System.nanoTime());
				}

				@Override
				public void onRevoked(FencingToken term) {
					Recorder.this.revoked.compareAndSet(0, System.nanoTime());
				}

			});
			election.join();
			return election;
		}

	}

}
