package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
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
import static io.github.coordination.backend.redis.RedisFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What only happens to Redis.
 */
@Tag("redis")
class RedisBackendTests {

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
	void serverThatForgotTheScriptsIsToldThemAgain() {
		RedisBackend backend = this.client.connect();
		BackendSession session = backend.open(TTL);

		RedisServer.shared().run("SCRIPT", "FLUSH");
		Entry entry = this.client.enqueue(session);
		RedisServer.shared().run("SCRIPT", "FLUSH");
		session.renew();

		assertThat(backend.list(this.client.queue("q"))).hasSize(1);
		RedisServer.shared().run("SCRIPT", "FLUSH");
		assertThat(session.delete(entry)).isTrue();
	}

	@Test
	void watcherIsToldWhenTheConnectionForWatchesWasLost() {
		RedisBackend backend = this.client.connect();
		BackendSession session = this.client.connect().open(TTL);
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		try (Watch watch = backend.watch(this.client.queue("q"), changes::add)) {
			assertThat(watch).isNotNull();
			assertThat(changes).isEmpty();

			RedisServer.shared().run("CLIENT", "KILL", "TYPE", "pubsub");

			eventually().until(() -> changes.contains(Change.UNKNOWN));
			Entry entry = this.client.enqueue(session);
			eventually().until(() -> changes.contains(Change.written(entry.id())));
		}
	}

	@Test
	void channelThatNobodyWatchesAnyMoreIsLeftThoughTheConnectionWasLostMeanwhile() {
		RedisBackend backend = this.client.connect();
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
		BackendSession session = this.client.connect().open(TTL);
		Entry before = this.client.enqueue(session);

		RedisServer.shared()
			.run("DEL", this.client.key("session:" + session.id()), this.client.key("store"),
					this.client.key("revision"), this.client.key("sessions"), this.client.key("bound:" + session.id()),
					this.client.key("entries:lock:q"));

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		BackendSession next = this.client.connect().open(TTL);
		assertThat(next.grant().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
		assertThat(this.client.enqueue(next).createRevision()).isGreaterThan(before.createRevision());
	}

	@Test
	void storeThatLostItsMarkerIsAnotherStore() {
		BackendSession session = this.client.connect().open(TTL);

		RedisServer.shared().run("DEL", this.client.key("store"));

		assertThat(session.renew().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
	}

	@Test
	void tokensGoOnFromTheLastOneThoughTheClockWentBack() {
		BackendSession session = this.client.connect().open(TTL);
		long ahead = this.client.enqueue(session).createRevision() + Duration.ofHours(1).toNanos() / 1000;
		RedisServer.shared().run("SET", this.client.key("revision"), Long.toString(ahead));

		assertThat(this.client.enqueue(session).createRevision()).isEqualTo(ahead + 1);
		assertThat(session.create(this.client.directory("d").entry("a"), bytes("v")).orElseThrow().revision())
			.isEqualTo(ahead + 2);
	}

	@Test
	void tokensGoOnFromTheClockIfTheCounterIsBehind() {
		BackendSession session = this.client.connect().open(TTL);
		long last = this.client.enqueue(session).createRevision();
		RedisServer.shared().run("SET", this.client.key("revision"), "1");

		assertThat(this.client.enqueue(session).createRevision()).isGreaterThan(last);
	}

	@Test
	void endOfAWaiterIsToldBeforeTheRemovalThatWouldHaveBeenItsTurn() {
		BackendSession holder = this.client.connect().open(TTL);
		RedisSession dead = (RedisSession) this.client.connect().open(TTL);
		Entry held = this.client.enqueue(holder);
		String waiting = this.client.enqueue(dead).id();
		List<Change> changes = new ArrayList<>();
		try (Watch watch = this.client.connect().watch(this.client.queue("q"), changes::add)) {
			assertThat(watch).isNotNull();
			RedisTimes.expire(RedisServer.shared(), dead);

			assertThat(holder.delete(held)).isTrue();

			eventually().until(() -> changes.size() == 2);
			assertThat(changes).containsExactly(Change.removed(waiting), Change.removed(held.id()));
		}
	}

	@Test
	void takingAndGivingBackWhatIsFreeIsOneRequestEach() {
		try (RedisServer server = RedisServer.start()) {
			BackendSession session = this.client.connect(server.url()).open(Duration.ofMinutes(1));
			// from here on the server knows the scripts
			session.delete(this.client.enqueue(session));
			server.run("CONFIG", "RESETSTAT");

			session.delete(this.client.enqueue(session));

			assertThat(server.run("INFO", "commandstats")).contains("cmdstat_evalsha:calls=2,")
				.doesNotContain("cmdstat_eval:");
		}
	}

	@Test
	void deadOnesAreNotAhead() {
		RedisSession dead = (RedisSession) this.client.connect().open(TTL);
		this.client.enqueue(dead);
		BackendSession session = this.client.connect().open(TTL);
		RedisTimes.expire(RedisServer.shared(), dead);

		Placement placement = session.enqueue(this.client.queue("q"), session.id() + ".1", "x", bytes("v"), 0)
			.orElseThrow();

		assertThat(placement.ahead()).isEmpty();
	}

	@Test
	void sessionWithManyEntriesLeavesNothing() {
		RedisBackend backend = this.client.connect();
		BackendSession closing = backend.open(Duration.ofMinutes(1));
		RedisSession dying = (RedisSession) backend.open(Duration.ofMinutes(1));
		for (int i = 0; i < 1500; i++) {
			closing.create(this.client.directory("d" + i).entry("a"), bytes("v"));
			dying.create(this.client.directory("d" + i).entry("b"), bytes("v"));
		}

		closing.close();
		assertThat(this.client.keys()).hasSize(1500 + 5);
		RedisTimes.expire(RedisServer.shared(), dying);

		BackendSession other = backend.open(TTL);
		eventually().until(() -> {
			other.renew();
			return this.client.keys().size() == 4;
		});
		other.close();
		assertThat(this.client.keys()).containsExactlyInAnyOrder(this.client.key("store"), this.client.key("revision"));
	}

	@Test
	void interruptedThreadGivesBackWhatItHas() {
		BackendSession session = this.client.connect().open(TTL);
		Entry entry = this.client.enqueue(session);

		Thread.currentThread().interrupt();
		boolean deleted = session.delete(entry);

		assertThat(Thread.interrupted()).isTrue();
		assertThat(deleted).isTrue();
	}

	@Test
	void newerFormatIsRefusedAtTheStart() {
		RedisBackend backend = this.client.connect();
		RedisServer.shared().run("HSET", this.client.key("store"), "format", "2");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
			.withMessageContaining("format version 2, and this version knows 1");
		assertThat(this.client.keys()).containsExactly(this.client.key("store"));
	}

	@Test
	void unreadableNamesAmongTheEntriesOfASessionAreSkipped() {
		BackendSession session = this.client.connect().open(TTL);
		Entry entry = this.client.enqueue(session);
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

		assertThat(this.client.connect().get(key)).isEmpty();
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
		assertThat(backend.guarantees()).isEqualTo(this.client.connect().guarantees());
	}

	@Test
	void callsToAServerThatHangsEndInTimeAndItsSilenceIsForgotten() {
		try (RedisServer server = RedisServer.start()) {
			RedisBackend backend = this.client.connect(server.url());
			BackendSession session = backend.open(Duration.ofMinutes(1));
			Entry entry = this.client.enqueue(session);

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
			Entry held = this.client.enqueue(session);
			server.run("CONFIG", "SET", "maxmemory", "1");

			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.client.enqueue(session))
				.withMessageContaining("OOM");
			assertThat(session.renew()).isNotNull();
			assertThat(session.entries()).hasSize(1);
			assertThat(session.delete(held)).isTrue();

			server.run("CONFIG", "SET", "maxmemory", "0");
			assertThat(this.client.enqueue(session)).isNotNull();
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

}
