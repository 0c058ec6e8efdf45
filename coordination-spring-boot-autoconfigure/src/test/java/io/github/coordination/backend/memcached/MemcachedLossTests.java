package io.github.coordination.backend.memcached;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.memcached.MemcachedSession.Tick;
import io.github.coordination.server.MemcachedServer;
import io.github.coordination.server.TcpProxy;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;

import static io.github.coordination.backend.memcached.MemcachedFixture.TTL;
import static io.github.coordination.backend.memcached.MemcachedFixture.bytes;
import static io.github.coordination.backend.memcached.MemcachedFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What memcached forgets and how that is noticed, and what its clock of whole seconds
 * does to sessions.
 */
@Tag("memcached")
@Timeout(60)
class MemcachedLossTests {

	private final MemcachedServer server = MemcachedServer.shared();

	private final MemcachedFixture fixture = new MemcachedFixture();

	private final Directory queue = this.fixture.queue("a");

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void flushIsNoticedAtTheNextRenewalAndTokensGoOn() {
		try (MemcachedServer own = MemcachedServer.start()) {
			MemcachedBackend one = this.fixture.backend(own.port());
			MemcachedBackend two = this.fixture.backend(own.port());
			long last = 0;
			for (int i = 0; i < 20; i++) {
				BackendSession session = ((i % 2 == 0) ? one : two).open(TTL);
				for (int j = 0; j < 5; j++) {
					Entry entry = this.fixture.enqueue(session, this.queue).entry();
					assertThat(entry.createRevision()).isGreaterThan(last);
					last = entry.createRevision();
				}

				own.ask("flush_all");

				assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
				assertThatExceptionOfType(SessionLostException.class)
					.isThrownBy(() -> this.fixture.enqueue(session, this.queue));
			}
		}
	}

	@Test
	void restartIsNoticedAtTheNextRenewalAndTokensGoOn() {
		try (MemcachedServer own = MemcachedServer.start()) {
			MemcachedBackend backend = this.fixture.backend(own.port());
			BackendSession session = backend.open(TTL);
			Entry before = this.fixture.enqueue(session, this.queue).entry();
			backend.create(this.fixture.queue("p").entry("a"), bytes("v"));
			// the server tells its start in seconds
			long time = time(own);
			eventually().until(() -> time(own) > time + 1);

			own.process().kill();
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.list(this.queue));
			own.process().restart();
			own.process().awaitPort(own.port());

			assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
			assertThat(session.isOver()).isTrue();
			assertThat(backend.list(this.queue)).isEmpty();
			assertThat(this.fixture.enqueue(backend.open(TTL), this.queue).entry().createRevision())
				.isGreaterThan(before.createRevision());
		}
	}

	@Test
	void versionsOfAServerThatWasRestartedAreNotTakenForThoseOfTheNext() {
		try (MemcachedServer own = MemcachedServer.start(); TcpProxy proxy = TcpProxy.to(own.port())) {
			MemcachedBackend stale = this.fixture.backend(proxy.port());
			MemcachedBackend fresh = this.fixture.backend(own.port());
			stale.create(this.queue.entry("old"), bytes("v"));
			int version = version(own);

			own.process().kill();
			own.process().restart();
			own.process().awaitPort(own.port());
			fresh.create(this.queue.entry("new"), bytes("v"));
			while (version(own) < version) {
				Entry entry = fresh.get(this.queue.entry("new")).orElseThrow();
				fresh.replace(entry, bytes("w"));
			}
			assertThat(version(own)).isEqualTo(version);

			// on a new connection, with what is known from the old one
			assertThat(stale.list(this.fixture.queue("other"))).isEmpty();
			assertThat(stale.create(this.queue.entry("newer"), bytes("v"))).isPresent();
			assertThat(fresh.list(this.queue)).extracting(Entry::id).containsExactly("new", "newer");
		}
	}

	@Test
	void evictedDocumentEndsTheSession() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = backend.open(TTL);
		this.fixture.enqueue(session, this.queue);
		assertThat(session.renew()).isNotNull();

		this.server.ask("delete " + Names.document(this.queue));

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew)
			.withMessageContaining("evicted");
	}

	@Test
	void evictedDocumentThatWasMadeAgainEndsTheSession() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = backend.open(TTL);
		BackendSession other = this.fixture.backend(this.server.port()).open(TTL);
		Entry entry = this.fixture.enqueue(session, this.queue).entry();

		this.server.ask("delete " + Names.document(this.queue));
		Placement next = this.fixture.enqueue(other, this.queue);

		assertThat(next.ahead()).isEmpty();
		assertThat(next.entry().createRevision()).isGreaterThan(entry.createRevision());
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		assertThat(other.renew()).isNotNull();
	}

	@Test
	void evictedMarkerIsAnotherStore() {
		BackendSession session = this.fixture.backend(this.server.port()).open(TTL);
		String identity = session.grant().storeIdentity();

		this.server.ask("delete " + Names.format(this.fixture.namespace()));

		assertThat(session.renew().storeIdentity()).isNotEqualTo(identity);
	}

	@Test
	void documentsOfLiveEntriesAreNotEvictedByOthers() {
		try (MemcachedServer small = MemcachedServer.start("-m", "8")) {
			BackendSession session = this.fixture.backend(small.port()).open(TTL);
			this.fixture.enqueue(session, this.queue);
			String filler = "x".repeat(4000);
			for (int i = 0; i < 6000; i++) {
				small.ask("set filler" + i + " 0 0 " + filler.length() + "\r\n" + filler);
				if (i % 200 == 0) {
					assertThat(session.renew()).isNotNull();
				}
			}
			assertThat(small.ask("stats")).noneMatch((line) -> line.equals("STAT evictions 0"));
			assertThat(session.entries()).hasSize(1);
		}
	}

	@Test
	void entryThatIsRemovedOnPurposeDoesNotEndTheSession() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = backend.open(TTL);
		Entry entry = this.fixture.enqueue(session, this.queue).entry();

		assertThat(backend.delete(entry)).isTrue();

		assertThat(session.renew()).isNotNull();
		assertThat(session.entries()).isEmpty();

		// in its own time
		this.server.ask("delete " + Names.document(this.queue));

		assertThat(session.renew()).isNotNull();
		assertThat(session.delete(entry)).isFalse();
	}

	@Test
	void itemTouchedByAServerThatWasStoppedLivesAsLongAsItIsBelieved() {
		try (MemcachedServer own = MemcachedServer.start()) {
			Duration ttl = Duration.ofSeconds(4);
			MemcachedBackend backend = this.fixture.backend("memcached://127.0.0.1:" + own.port(), ttl);
			BackendSession session = backend.open(ttl);
			own.process().pause();
			long stopped = System.nanoTime();
			eventually().until(() -> System.nanoTime() - stopped > Duration.ofMillis(3300).toNanos());
			CompletableFuture<Long> renewed = CompletableFuture.supplyAsync(() -> {
				long sent = System.nanoTime();
				session.renew();
				return sent;
			});
			eventually().until(() -> System.nanoTime() - stopped > Duration.ofMillis(3500).toNanos());
			own.process().resume();

			long sent = renewed.join();
			assertThat(stat(own, "cmd_touch")).as("touches until the clock had caught up").isLessThan(100);

			Duration guard = Duration.ofMillis(600);
			requireItem(own, session, sent + ttl.minus(guard).toNanos());
		}
	}

	@Test
	void itemLivesForTheTtlWhereverTheServersClockTicks() {
		try (MemcachedServer own = MemcachedServer.start()) {
			Duration ttl = Duration.ofSeconds(2);
			MemcachedBackend backend = this.fixture.backend("memcached://127.0.0.1:" + own.port(), ttl);
			backend.open(ttl).close();
			// it ticks late in a second, and rounds down
			own.process().pause();
			awaitMillisOfSecond(800);
			own.process().resume();
			awaitMillisOfSecond(750);
			long sent = System.nanoTime();
			BackendSession session = backend.open(ttl);
			// then early in the one after the next
			own.process().pause();
			awaitMillisOfSecond(20);
			own.process().resume();

			Duration guard = Duration.ofMillis(500);
			requireItem(own, session, sent + ttl.minus(guard).toNanos());
		}
	}

	/** The server has a session's item until an instant. */
	private static void requireItem(MemcachedServer server, BackendSession session, long end) {
		eventually().until(() -> {
			List<String> item = server.ask("get c/.session/" + session.id());
			// an answer that came later tells nothing
			if (System.nanoTime() - end > 0) {
				return true;
			}
			assertThat(item).as("the item").contains("END").hasSize(3);
			return false;
		});
	}

	@Test
	void clockOfAServerThatWasStoppedIsBehind() {
		Tick before = new Tick(10, 1_000_000_000);

		assertThat(new Tick(10, 0).isBehind(before, 1_900_000_000)).isFalse();
		assertThat(new Tick(13, 0).isBehind(before, 5_200_000_000L)).isFalse();
		assertThat(new Tick(12, 0).isBehind(before, 5_200_000_000L)).isTrue();
		assertThat(new Tick(10, 0).isBehind(before, 5_000_000_000L)).isTrue();
	}

	@Test
	void clocksMayDriftApart() {
		Tick before = new Tick(10, 1_000_000_000);
		long day = 24 * 60 * 60;

		assertThat(new Tick(10 + day - 5, 0).isBehind(before, (1 + day) * 1_000_000_000)).isFalse();
	}

	@Test
	void ttlThatMemcachedWouldTakeForADateIsRefused() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(Duration.ofDays(30)))
			.satisfies((ex) -> assertThat(ex.setting()).isEqualTo("coordination.ttl"));
		assertThat(backend.open(Duration.ofDays(29)).grant().ttl()).isEqualTo(Duration.ofDays(29));
		assertThat(backend.open(Duration.ofMillis(1200)).grant().ttl()).isEqualTo(Duration.ofSeconds(2));
	}

	private int version(MemcachedServer own) {
		String line = own.ask("gets " + Names.document(this.queue)).get(0);
		return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
	}

	/** By the clock that memcached reads, too. */
	private static void awaitMillisOfSecond(int millis) {
		long start = System.nanoTime();
		long wait = Math.floorMod(Duration.ofMillis(millis).toNanos() - start, Duration.ofSeconds(1).toNanos());
		eventually().until(() -> System.nanoTime() - start >= wait);
	}

	private static long time(MemcachedServer own) {
		return stat(own, "time");
	}

	private static long stat(MemcachedServer own, String name) {
		return own.ask("stats")
			.stream()
			.filter((line) -> line.startsWith("STAT " + name + " "))
			.mapToLong((line) -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

}
