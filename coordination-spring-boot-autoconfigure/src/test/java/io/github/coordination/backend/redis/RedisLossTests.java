package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.redis.RedisFixture.bytes;
import static io.github.coordination.backend.redis.RedisFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A Redis that lost something, or may have.
 */
@Tag("redis")
class RedisLossTests {

	private static final Duration TTL = RedisFixture.TTL;

	private final RedisFixture client = new RedisFixture();

	@BeforeAll
	static void loadTheClient() {
		RedisTimes.warmUp(RedisServer.shared());
	}

	@AfterEach
	void close() {
		this.client.close();
	}

	@Test
	void sessionThatSurvivedARestartIsGrantedNothing() {
		try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
			RedisBackend backend = this.client.connect(server.url());
			BackendSession session = backend.open(Duration.ofMinutes(1));
			this.client.enqueue(session);

			server.process().kill();
			server.process().restart();
			server.process().awaitPort(server.port());

			eventually().ignoreExceptionsInstanceOf(BackendUnavailableException.class)
				.ignoreExceptionsInstanceOf(IndeterminateResultException.class)
				.untilAsserted(() -> assertThatExceptionOfType(SessionLostException.class)
					.isThrownBy(() -> this.client.enqueue(session)));
			assertThat(session.isOver()).isTrue();
			assertThat(backend.list(this.client.queue("q"))).hasSize(1);
		}
	}

	@Test
	void sessionThatIsElsewhereIsNotTakenForDead() {
		RedisSession holder = (RedisSession) this.client.connect().open(TTL);
		this.client.enqueue(holder);
		RedisServer.shared().run("DEL", this.client.key("session:" + holder.id()));
		RedisBackend backend = this.client.connect();

		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> backend.list(this.client.queue("q")))
			.withMessageContaining("TRYAGAIN");
		BackendSession other = backend.open(TTL);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.client.enqueue(other))
			.withMessageContaining("TRYAGAIN");
		RedisTimes.expire(RedisServer.shared(), holder);
		assertThat(this.client.enqueue(other)).isNotNull();
		assertThat(backend.list(this.client.queue("q"))).hasSize(1);
	}

	@Test
	void entryThatItsDeadSessionDoesNotKnowOfIsRemovedAndTold() {
		RedisSession dead = (RedisSession) this.client.connect().open(TTL);
		String forgotten = this.client.enqueue(dead).id();
		RedisServer.shared().run("DEL", this.client.key("bound:" + dead.id()));
		RedisBackend backend = this.client.connect();
		backend.open(TTL);
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		try (Watch watch = backend.watch(this.client.queue("q"), changes::add)) {
			assertThat(watch).isNotNull();
			RedisTimes.expire(RedisServer.shared(), dead);

			assertThat(backend.list(this.client.queue("q"))).isEmpty();

			eventually().until(() -> changes.contains(Change.removed(forgotten)));
			assertThat(this.client.keys()).doesNotContain(this.client.key("entries:lock:q"));
		}
	}

	@Test
	void sessionEndsWhenWhatItHasWasEvicted() {
		try (RedisServer server = RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) {
			BackendSession session = this.client.connect(server.url()).open(TTL);
			this.client.enqueue(session);
			assertThat(session.renew()).isNotNull();

			server.run("DEL", this.client.key("entries:lock:q"));

			assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		}
	}

	@Test
	void serverThatBecameAReplicaIsLeftForTheMaster() {
		try (RedisServer server = RedisServer.start()) {
			RedisBackend backend = this.client.connect(server.url());
			BackendSession session = backend.open(Duration.ofMinutes(1));
			Queue<Change> changes = new ConcurrentLinkedQueue<>();
			try (Watch watch = backend.watch(this.client.queue("q"), changes::add)) {
				assertThat(watch).isNotNull();
				server.run("REPLICAOF", "127.0.0.1", "1");
				assertThatExceptionOfType(BackendUnavailableException.class)
					.isThrownBy(() -> this.client.enqueue(session));
				// the watches have a connection of their own that must follow
				eventually().until(() -> changes.contains(Change.UNKNOWN));
				server.run("REPLICAOF", "NO", "ONE");
				assertThat(this.client.enqueue(session)).isNotNull();
			}
		}
	}

	@Test
	void tokensGoOnFromWhatIsQueuedThoughTheCounterAndTheClockAreBehind() {
		BackendSession session = this.client.connect().open(TTL);
		Entry first = this.client.enqueue(session);
		long ahead = first.createRevision() + Duration.ofHours(1).toNanos() / 1000;
		RedisServer.shared()
			.run("HSET", this.client.key("entries:lock:q"), first.id(), ahead + "  " + session.id() + " x v");

		assertThat(this.client.enqueue(session).createRevision()).isEqualTo(ahead + 1);
	}

	@Test
	void serverThatWasJustStartedGrantsNothingIfAskedToWait() {
		try (RedisServer server = RedisServer.start()) {
			RedisBackend backend = this.client.connect(server.url() + "?restart-delay=600s");
			BackendSession session = backend.open(TTL);

			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.client.enqueue(session))
				.withMessageContaining("was started a moment ago");
			assertThatExceptionOfType(BackendUnavailableException.class)
				.isThrownBy(() -> session.create(this.client.directory("d").entry("a"), bytes("v")));
			assertThat(session.entries()).isEmpty();
			eventually().ignoreExceptionsInstanceOf(BackendUnavailableException.class)
				.until(() -> this.client
					.enqueue(this.client.connect(server.url() + "?restart-delay=1s").open(TTL)) != null);
		}
	}

	@Test
	void restartedServerIsAnotherStoreThoughItKeptEverything() {
		try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
			RedisBackend backend = this.client.connect(server.url());
			BackendSession session = backend.open(Duration.ofMinutes(1));
			long last = this.client.enqueue(session).createRevision();

			server.process().kill();
			assertThatExceptionOfType(CoordinationException.class).isThrownBy(session::renew);
			eventually().untilAsserted(() -> assertThatExceptionOfType(BackendUnavailableException.class)
				.isThrownBy(() -> backend.list(this.client.queue("q"))));
			server.process().restart();
			server.process().awaitPort(server.port());

			eventually().ignoreExceptionsInstanceOf(CoordinationException.class)
				.until(() -> !session.renew().storeIdentity().equals(session.grant().storeIdentity()));
			BackendSession next = backend.open(TTL);
			assertThat(next.enqueue(this.client.queue("other"), next.id() + ".1", "x", bytes("v"), 0)
				.orElseThrow()
				.entry()
				.createRevision()).isGreaterThan(last);
		}
	}

}
