package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.server.EtcdGateway;
import io.github.coordination.server.EtcdServer;
import io.github.coordination.server.TcpProxy;
import io.github.coordination.server.TcpProxy.Direction;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.etcd.EtcdFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is said of calls, and what becomes of watches, when the network or the server
 * fails.
 */
@Tag("etcd")
class EtcdFailureTests {

	private static final Duration TTL = Duration.ofSeconds(6);

	private final EtcdFixture fixture = new EtcdFixture();

	private final EtcdServer server = EtcdServer.shared();

	private final TcpProxy proxy = TcpProxy.to(this.server.port());

	private final Directory queue = this.fixture.queue("a");

	private CoordinationBackend client;

	/** Knows the store by another way. */
	private CoordinationBackend other;

	private BackendSession session;

	@BeforeEach
	void open() {
		this.client = this.fixture.client("etcd://127.0.0.1:" + this.proxy.port());
		this.other = this.fixture.client(this.server.url());
		this.session = this.client.open(Duration.ofMinutes(1));
		this.other.list(this.queue);
	}

	@AfterEach
	void close() {
		this.proxy.pass();
		this.fixture.close();
		this.proxy.close();
	}

	@Test
	void whatWasNeverSentDidNotHappen() {
		this.proxy.refuse();
		// from here on it knows
		assertUnavailable(() -> this.client.list(this.queue));

		assertUnavailable(() -> this.session.create(this.fixture.directory("a").entry("a"), new byte[0]));
		assertUnavailable(() -> this.fixture.enqueue(this.session, this.queue));
		assertUnavailable(this.session::renew);
		assertUnavailable(() -> this.client.watch(this.queue, (change) -> {
		}));
		this.proxy.pass();

		// a connection that was refused last may be told of it only now
		eventually().ignoreExceptionsInstanceOf(BackendUnavailableException.class)
			.until(() -> this.fixture.enqueue(this.session, this.queue).ahead().isEmpty());
		assertThat(this.session.entries()).hasSize(1);
	}

	@Test
	void serverThatAcceptsAndSaysNothingWasSentNothing() {
		this.proxy.drop(Direction.TO_CLIENT);
		this.proxy.cut();
		assertUnavailable(() -> this.client.list(this.queue));

		for (int i = 0; i < 2; i++) {
			assertUnavailable(() -> this.fixture.enqueue(this.session, this.queue));
		}

		assertThat(this.other.list(this.queue)).isEmpty();
		this.proxy.pass();
		assertThat(this.fixture.enqueue(this.session, this.queue).ahead()).isEmpty();
	}

	@Test
	void writeWhoseAnswerIsLostIsUnknownAndCanBeRepeated() {
		try (LossyWay way = new LossyWay()) {
			BackendSession session = this.fixture.client(way.url()).open(TTL);
			String attempt = this.fixture.attempt(session);
			way.loseNextReply();

			assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> enqueue(session, attempt));

			assertThat(this.other.list(this.queue)).hasSize(1);
			Placement repeated = enqueue(session, attempt).orElseThrow();
			assertThat(repeated.ahead()).isEmpty();
			assertThat(this.other.list(this.queue)).usingRecursiveFieldByFieldElementComparator()
				.containsExactly(repeated.entry());
			assertThat(session.delete(repeated.entry())).isTrue();
		}
	}

	@Test
	void writeWithoutAnAnswerIsUnknownAndAReadIsUnavailable() {
		this.fixture.enqueue(this.session, this.fixture.queue("b"));
		this.proxy.hold(Direction.TO_CLIENT);

		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> this.fixture.enqueue(this.session, this.queue));
		this.proxy.pass();
		this.client.list(this.queue);
		this.proxy.hold(Direction.TO_CLIENT);
		assertUnavailable(() -> this.client.list(this.queue));
	}

	/**
	 * Nobody knows of it but the store; what is done in the meantime is not in its way.
	 */
	@Test
	void entryOfALostAttemptIsFoundAndRemoved() {
		try (LossyWay way = new LossyWay()) {
			BackendSession session = this.fixture.client(way.url()).open(TTL);
			way.loseNextReply();
			assertThatExceptionOfType(IndeterminateResultException.class)
				.isThrownBy(() -> this.fixture.enqueue(session, this.queue));
			assertThat(this.other.list(this.queue)).hasSize(1);

			Placement next = this.fixture.enqueue(session, this.queue);
			assertThat(next.ahead()).hasSize(1);
			session.delete(next.entry());
			List<Entry> lost = session.entries();

			assertThat(lost).singleElement().satisfies((entry) -> assertThat(session.delete(entry)).isTrue());
			assertThat(enqueue(session, this.fixture.attempt(session))).isPresent();
		}
	}

	@Test
	void removalWhoseAnswerIsLostHappenedOnce() {
		try (LossyWay way = new LossyWay()) {
			BackendSession session = this.fixture.client(way.url()).open(TTL);
			Entry entry = this.fixture.enqueue(session, this.queue).entry();
			way.loseNextReply();

			assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> session.delete(entry));

			assertThat(this.other.list(this.queue)).isEmpty();
			Entry next = this.fixture.enqueue(session, this.queue).entry();
			assertThat(session.delete(entry)).isFalse();
			assertThat(this.other.list(this.queue)).extracting(Entry::id).containsExactly(next.id());
		}
	}

	@Test
	void changesDuringABreakAreMadeUpForByAnUnknownChange() {
		BackendSession writing = this.other.open(TTL);
		Entry before = this.fixture.enqueue(writing, this.queue).entry();
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		try (Watch watch = this.client.watch(this.queue, changes::add)) {
			assertThat(watch).isNotNull();
			this.proxy.refuse();
			writing.delete(before);
			assertThat(changes).isEmpty();

			this.proxy.pass();

			eventually().until(() -> changes.contains(Change.UNKNOWN));
			Entry after = this.fixture.enqueue(writing, this.queue).entry();
			eventually().until(() -> changes.contains(Change.written(after.id())));
		}
	}

	@Test
	void watchOnADeadConnectionMovesWhenACallFindsItDead() {
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		BackendSession writing = this.other.open(TTL);
		try (Watch watch = this.client.watch(this.queue, changes::add)) {
			assertThat(watch).isNotNull();
			this.proxy.hold(Direction.TO_CLIENT);
			assertUnavailable(() -> this.client.list(this.queue));
			Entry entry = this.fixture.enqueue(writing, this.queue).entry();

			this.proxy.pass();

			eventually().until(() -> changes.contains(Change.UNKNOWN));
			writing.delete(entry);
			eventually().until(() -> changes.contains(Change.removed(entry.id())));
		}
	}

	/** A server that cannot get rid of its news drops a watch when they are compacted. */
	@Test
	void watchThatFallsBehindACompactionIsOpenedAnew() {
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		BackendSession writing = this.other.open(Duration.ofMinutes(1));
		Entry entry = this.fixture.enqueue(writing, this.queue).entry();
		try (Watch watch = this.client.watch(this.queue, changes::add)) {
			assertThat(watch).isNotNull();
			this.proxy.hold(Direction.TO_CLIENT);
			for (int i = 0; i < 100; i++) {
				this.server.put(this.fixture.root() + "big", "v".repeat(200_000));
			}
			for (int i = 0; i < 1500; i++) {
				this.server.put(this.fixture.root() + "small", "v");
			}
			writing.delete(entry);
			this.server.compact();

			this.proxy.pass();

			eventually().until(() -> changes.contains(Change.UNKNOWN));
			Entry after = this.fixture.enqueue(writing, this.queue).entry();
			eventually().until(() -> changes.contains(Change.written(after.id())));
		}
	}

	@Test
	void stoppedServerLeavesOutcomesUnknownAndEndsNoSession() {
		try (EtcdServer own = EtcdServer.start()) {
			CoordinationBackend stopped = this.fixture.client(own.url());
			BackendSession held = stopped.open(Duration.ofSeconds(15));
			Entry entry = this.fixture.enqueue(held, this.queue).entry();
			own.process().pause();

			assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> held.delete(entry));
			assertUnavailable(() -> stopped.list(this.queue));
			assertUnavailable(held::renew);
			own.process().resume();

			eventually().ignoreException(BackendUnavailableException.class).until(() -> {
				return held.renew().equals(held.grant());
			});
			assertThat(held.isOver()).isFalse();
			// whether or not the first one did it
			held.delete(entry);
			assertThat(stopped.list(this.queue)).isEmpty();
		}
	}

	@Test
	void otherServersAreUsedThoughOneHangs() {
		try (TcpProxy hanging = TcpProxy.to(this.server.port())) {
			CoordinationBackend several = this.fixture
				.client("etcd://127.0.0.1:" + hanging.port() + ",127.0.0.1:" + this.proxy.port());
			hanging.drop(Direction.TO_CLIENT);
			for (int i = 0; i < 4; i++) {
				// whichever is tried first
				several.list(this.queue);
				this.proxy.cut();
				hanging.cut();
			}
			assertThat(several.open(TTL).renew()).isNotNull();
		}
	}

	private Optional<Placement> enqueue(BackendSession session, String attempt) {
		return session.enqueue(this.queue, attempt, "x", new byte[0], 0);
	}

	private static void assertUnavailable(ThrowingCallable call) {
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(call);
	}

	/**
	 * A way to the server on which the connection is cut when the server has answered.
	 * What else it sends, such as gRPC's pings, is no answer.
	 */
	private final class LossyWay implements AutoCloseable {

		private final EtcdGateway gateway = EtcdGateway.to(EtcdFailureTests.this.server.port());

		private final TcpProxy proxy = TcpProxy.to(this.gateway.port());

		String url() {
			return "etcd://127.0.0.1:" + this.proxy.port();
		}

		void loseNextReply() {
			this.gateway.loseNextReply(this.proxy::cut);
		}

		@Override
		public void close() {
			this.proxy.close();
			this.gateway.close();
		}

	}

}
