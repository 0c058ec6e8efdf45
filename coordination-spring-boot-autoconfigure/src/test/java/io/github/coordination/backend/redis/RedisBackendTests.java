package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.redis.RedisFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What only happens to Redis.
 */
@Tag("redis")
class RedisBackendTests {

	private static final Duration TTL = Duration.ofSeconds(6);

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
	void serverThatForgotTheScriptsIsToldThemAgain() {
		RedisBackend backend = connect();
		BackendSession session = backend.open(TTL);

		RedisServer.shared().run("SCRIPT", "FLUSH");
		Entry entry = enqueue(session);
		RedisServer.shared().run("SCRIPT", "FLUSH");
		session.renew();

		assertThat(backend.list(this.client.queue("q"))).hasSize(1);
		RedisServer.shared().run("SCRIPT", "FLUSH");
		assertThat(session.delete(entry)).isTrue();
	}

	@Test
	void watcherIsToldWhenTheConnectionForWatchesWasLost() {
		RedisBackend backend = connect();
		BackendSession session = connect().open(TTL);
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		try (Watch watch = backend.watch(this.client.queue("q"), changes::add)) {
			assertThat(watch).isNotNull();
			assertThat(changes).isEmpty();

			RedisServer.shared().run("CLIENT", "KILL", "TYPE", "pubsub");

			eventually().until(() -> changes.contains(Change.UNKNOWN));
			Entry entry = enqueue(session);
			eventually().until(() -> changes.contains(Change.written(entry.id())));
		}
	}

	@Test
	void channelThatNobodyWatchesAnyMoreIsLeftThoughTheConnectionWasLostMeanwhile() {
		RedisBackend backend = connect();
		String channel = this.client.key("entries:lock:q");
		try (Watch other = backend.watch(this.client.queue("other"), (change) -> {
		})) {
			assertThat(other).isNotNull();
			Watch watch = backend.watch(this.client.queue("q"), (change) -> {
			});
			RedisServer.shared().run("CLIENT", "KILL", "TYPE", "pubsub");
			watch.close();

			eventually().until(
					() -> RedisServer.shared().run("PUBSUB", "NUMSUB", channel.replace(":q", ":other")).contains(":1"));
			eventually().until(() -> RedisServer.shared().run("PUBSUB", "NUMSUB", channel).contains(":0"));
		}
	}

	@Test
	void storeThatWasEmptiedEndsTheSession() {
		BackendSession session = connect().open(TTL);
		Entry before = enqueue(session);

		RedisServer.shared()
			.run("DEL", this.client.key("session:" + session.id()), this.client.key("store"),
					this.client.key("revision"), this.client.key("sessions"), this.client.key("bound:" + session.id()),
					this.client.key("entries:lock:q"));

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		BackendSession next = connect().open(TTL);
		assertThat(next.grant().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
		assertThat(enqueue(next).createRevision()).isGreaterThan(before.createRevision());
	}

	@Test
	void storeThatLostItsMarkerIsAnotherStore() {
		BackendSession session = connect().open(TTL);

		RedisServer.shared().run("DEL", this.client.key("store"));

		assertThat(session.renew().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
	}

	@Test
	void tokensGoOnFromTheLastOneThoughTheClockWentBack() {
		BackendSession session = connect().open(TTL);
		long ahead = enqueue(session).createRevision() + Duration.ofHours(1).toNanos() / 1000;
		RedisServer.shared().run("SET", this.client.key("revision"), Long.toString(ahead));

		assertThat(enqueue(session).createRevision()).isEqualTo(ahead + 1);
		assertThat(session.create(this.client.directory("d").entry("a"), bytes("v")).orElseThrow().revision())
			.isEqualTo(ahead + 2);
	}

	@Test
	void tokensGoOnFromTheClockIfTheCounterIsBehind() {
		BackendSession session = connect().open(TTL);
		long last = enqueue(session).createRevision();
		RedisServer.shared().run("SET", this.client.key("revision"), "1");

		assertThat(enqueue(session).createRevision()).isGreaterThan(last);
	}

	@Test
	void endOfAWaiterIsToldBeforeTheRemovalThatWouldHaveBeenItsTurn() {
		BackendSession holder = connect().open(TTL);
		RedisSession dead = (RedisSession) connect().open(TTL);
		Entry held = enqueue(holder);
		String waiting = enqueue(dead).id();
		List<Change> changes = new ArrayList<>();
		try (Watch watch = connect().watch(this.client.queue("q"), changes::add)) {
			assertThat(watch).isNotNull();
			RedisTimes.expire(RedisServer.shared(), dead);

			assertThat(holder.delete(held)).isTrue();

			eventually().until(() -> changes.size() == 2);
			assertThat(changes).containsExactly(Change.removed(waiting), Change.removed(held.id()));
		}
	}

	@Test
	void deadOnesAreNotAhead() {
		RedisSession dead = (RedisSession) connect().open(TTL);
		enqueue(dead);
		BackendSession session = connect().open(TTL);
		RedisTimes.expire(RedisServer.shared(), dead);

		Placement placement = session.enqueue(this.client.queue("q"), session.id() + ".1", "x", bytes("v"), 0)
			.orElseThrow();

		assertThat(placement.ahead()).isEmpty();
	}

	@Test
	void sessionWithManyEntriesLeavesNothing() {
		RedisBackend backend = connect();
		BackendSession closing = backend.open(TTL);
		RedisSession dying = (RedisSession) backend.open(TTL);
		for (int i = 0; i < 1500; i++) {
			closing.create(this.client.directory("d" + i).entry("a"), bytes("v"));
			dying.create(this.client.directory("d" + i).entry("b"), bytes("v"));
		}

		closing.close();
		assertThat(keys()).hasSize(1500 + 5);
		RedisTimes.expire(RedisServer.shared(), dying);

		BackendSession other = backend.open(TTL);
		eventually().until(() -> {
			other.renew();
			return keys().size() == 4;
		});
		other.close();
		assertThat(keys()).containsExactlyInAnyOrder(this.client.key("store"), this.client.key("revision"));
	}

	@Test
	void interruptedThreadGivesBackWhatItHas() {
		BackendSession session = connect().open(TTL);
		Entry entry = enqueue(session);

		Thread.currentThread().interrupt();
		boolean deleted = session.delete(entry);

		assertThat(Thread.interrupted()).isTrue();
		assertThat(deleted).isTrue();
	}

	@Test
	void newerFormatIsRefusedAtTheStart() {
		RedisBackend backend = connect();
		RedisServer.shared().run("HSET", this.client.key("store"), "format", "2");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
			.withMessageContaining("format version 2, and this version knows 1");
		assertThat(keys()).containsExactly(this.client.key("store"));
	}

	@Test
	void unreadableNamesAmongTheEntriesOfASessionAreSkipped() {
		BackendSession session = connect().open(TTL);
		Entry entry = enqueue(session);
		RedisServer.shared()
			.run("SADD", this.client.key("bound:" + session.id()), "foreign", this.client.key("entries:lock:%zz/a"),
					this.client.key("entries:lock:q/foreign"));

		assertThat(session.entries()).extracting(Entry::id).containsExactly(entry.id());
	}

	@Test
	void databaseIsTheOneInTheUrl() {
		RedisBackend backend = this.client.connect(RedisServer.shared().url() + "/2");
		EntryKey key = this.client.directory("d").entry("a");

		backend.create(key, bytes("v"));

		assertThat(connect().get(key)).isEmpty();
		assertThat(this.client.connect(RedisServer.shared().url() + "/2").get(key)).isPresent();
	}

	@Test
	void serverThatIsNotThereIsUnavailable() {
		RedisBackend backend = this.client.connect("redis://127.0.0.1:1");

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.open(TTL))
			.withMessageContaining("Connection refused");
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> backend.watch(this.client.queue("q"), (change) -> {
			}));
		assertThat(backend.guarantees()).isEqualTo(connect().guarantees());
	}

	@Test
	void callsToAServerThatHangsEndInTimeAndItsSilenceIsForgotten() {
		try (RedisServer server = RedisServer.start()) {
			RedisBackend backend = this.client.connect(server.url());
			BackendSession session = backend.open(Duration.ofMinutes(1));
			Entry entry = enqueue(session);

			server.process().pause();
			assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> session.delete(entry));
			assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> session.delete(entry));
			server.process().resume();

			eventually().ignoreExceptionsInstanceOf(CoordinationException.class).until(() -> {
				session.delete(entry);
				return backend.list(this.client.queue("q")).isEmpty();
			});
		}
	}

	@Test
	void fullMemoryRefusesWhatIsNewAndKeepsWhatIsThere() {
		try (RedisServer server = RedisServer.start()) {
			RedisBackend backend = this.client.connect(server.url());
			BackendSession session = backend.open(TTL);
			Entry held = enqueue(session);
			server.run("CONFIG", "SET", "maxmemory", "1");

			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> enqueue(session))
				.withMessageContaining("OOM");
			assertThat(session.renew()).isNotNull();
			assertThat(session.entries()).hasSize(1);
			assertThat(session.delete(held)).isTrue();

			server.run("CONFIG", "SET", "maxmemory", "0");
			assertThat(enqueue(session)).isNotNull();
		}
	}

	@Test
	void replicaIsRefused() {
		try (RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1 " + RedisServer.shared().port())) {
			RedisBackend backend = this.client.connect(replica.url());

			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.open(TTL))
				.withMessageMatching(".*(READONLY|MASTERDOWN).*");
		}
	}

	private RedisBackend connect() {
		return this.client.connect(RedisServer.shared().url(), TTL, ClientSource.of());
	}

	private int attempts;

	private Entry enqueue(BackendSession session) {
		return session
			.enqueue(this.client.queue("q"), session.id() + "." + ++this.attempts, "x", bytes("v"), Integer.MAX_VALUE)
			.orElseThrow()
			.entry();
	}

	/** What the server holds of the namespace of this test. */
	private List<String> keys() {
		List<String> keys = new ArrayList<>();
		for (String line : RedisServer.shared().run("KEYS", this.client.key("*")).split("\r\n")) {
			if (line.startsWith("{")) {
				keys.add(line);
			}
		}
		return keys;
	}

	private static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10));
	}

}
