package io.github.coordination.backend.memcached;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.MisuseException;
import io.github.coordination.server.FreePorts;
import io.github.coordination.server.MemcachedServer;
import io.github.coordination.server.TcpProxy;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.memcached.MemcachedFixture.TTL;
import static io.github.coordination.backend.memcached.MemcachedFixture.bytes;
import static io.github.coordination.backend.memcached.MemcachedFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is particular to documents in memcached, and what becomes of connections that
 * break.
 */
@Tag("memcached")
@Timeout(60)
class MemcachedBackendTests {

	private final MemcachedServer server = MemcachedServer.shared();

	private final MemcachedFixture fixture = new MemcachedFixture();

	private final Directory queue = this.fixture.queue("a");

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void deadWaiterIsNotAheadThoughItsEntryIsStillThere() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		BackendSession holder = backend.open(TTL);
		BackendSession dead = backend.open(TTL);
		BackendSession last = this.fixture.backend(this.server.port()).open(TTL);
		Entry held = this.fixture.enqueue(holder, this.queue).entry();
		this.fixture.enqueue(dead, this.queue);
		this.server.endSession(dead.id());

		Placement placement = this.fixture.enqueue(last, this.queue);

		assertThat(placement.ahead()).extracting(Ahead::id).containsExactly(held.id());
		assertThat(backend.list(this.queue)).extracting(Entry::id).containsExactly(held.id(), placement.entry().id());

		assertThat(last.delete(placement.entry())).isTrue();
		assertThat(MemcachedFixture.stored(this.server.port(), this.queue).entries()).extracting(Entry::id)
			.containsExactly(held.id());
	}

	@Test
	void lostRepliesAreMadeUpFor() {
		try (TcpProxy proxy = TcpProxy.to(this.server.port())) {
			MemcachedBackend backend = this.fixture.backend(proxy.port());
			BackendSession session = backend.open(TTL);
			List<Long> revisions = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				proxy.loseNextReply();
				Entry entry = this.fixture.enqueue(session, this.queue).entry();
				assertThat(proxy.hasLostReply()).isTrue();
				assertThat(session.entries()).extracting(Entry::id).containsExactly(entry.id());
				proxy.loseNextReply();
				assertThat(session.delete(entry)).isTrue();
				assertThat(session.entries()).isEmpty();
				proxy.cut();
				assertThat(session.renew()).isNotNull();
				assertThat(backend.list(this.queue)).isEmpty();
				revisions.add(entry.createRevision());
			}
			assertThat(revisions).isSorted().doesNotHaveDuplicates();
			backend.create(this.queue.entry("warm"), bytes("v"));
			proxy.loseNextReply();
			assertThatExceptionOfType(IndeterminateResultException.class)
				.isThrownBy(() -> backend.create(this.queue.entry("p"), bytes("v")));
			assertThat(backend.get(this.queue.entry("p"))).isPresent();
		}
	}

	@Test
	void refusalAfterALostRequestIsUnknown() {
		try (TcpProxy proxy = TcpProxy.to(this.server.port())) {
			BackendSession session = this.fixture.backend(proxy.port()).open(TTL);
			BackendSession other = this.fixture.backend(this.server.port()).open(TTL);
			// known, so that the next attempt only writes
			session.delete(this.fixture.enqueue(session, this.queue).entry());
			proxy.hold(TcpProxy.Direction.TO_SERVER);
			CompletableFuture<Optional<Placement>> attempt = CompletableFuture
				.supplyAsync(() -> session.enqueue(this.queue, "a", "", bytes("v"), 0));
			eventually().until(proxy::isHolding);
			this.fixture.enqueue(other, this.queue);

			proxy.cut();
			proxy.pass();

			assertThat(attempt).failsWithin(Duration.ofMinutes(1))
				.withThrowableOfType(ExecutionException.class)
				.withCauseInstanceOf(IndeterminateResultException.class);
		}
	}

	@Test
	void sessionIsEndedThoughItsConnectionsWereCut() {
		try (TcpProxy proxy = TcpProxy.to(this.server.port())) {
			BackendSession session = this.fixture.backend(proxy.port()).open(TTL);
			BackendSession other = this.fixture.backend(this.server.port()).open(TTL);
			this.fixture.enqueue(session, this.queue);
			proxy.cut();

			session.close();

			assertThat(this.fixture.enqueue(other, this.queue).ahead()).isEmpty();
		}
	}

	@Test
	void stoppedServerEndsNoCallLateAndNoneWithoutAnAnswer() {
		try (MemcachedServer own = MemcachedServer.start()) {
			Duration ttl = Duration.ofSeconds(3);
			MemcachedBackend backend = this.fixture.backend("memcached://127.0.0.1:" + own.port(), ttl);
			BackendSession session = backend.open(ttl);
			this.fixture.enqueue(session, this.queue);
			own.process().pause();

			assertThatExceptionOfType(IndeterminateResultException.class)
				.isThrownBy(() -> this.fixture.enqueue(session, this.queue));
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.list(this.queue));
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(session::renew);
			own.process().resume();

			assertThat(session.renew()).isNotNull();
			assertThat(session.entries()).hasSizeBetween(1, 2);
		}
	}

	@Test
	void documentThatIsTooLargeIsRefusedAndStaysAsItWas() {
		BackendSession session = this.fixture.backend(this.server.port()).open(TTL);
		AtomicInteger stored = new AtomicInteger();

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> {
			for (int i = 0; i < 100; i++) {
				session.create(this.queue.entry("a" + i), new byte[1 << 16]);
				stored.incrementAndGet();
			}
		}).withMessageContaining("too large");

		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> session.create(this.queue.entry("b"), new byte[(1 << 16) + 1]));
		assertThat(stored).hasValueGreaterThan(10);
		assertThat(session.entries()).hasSize(stored.get());
		assertThat(session.renew()).isNotNull();
	}

	@Test
	void documentThatIsNotUnderstoodIsLeftAsItIs() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = backend.open(TTL);
		String key = Names.document(this.queue);
		this.server.ask("set " + key + " 0 0 7\r\nforeign");

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.list(this.queue))
			.withMessageContaining("not understood");
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.fixture.enqueue(session, this.queue));

		assertThat(this.server.ask("get " + key)).contains("foreign");
	}

	@Test
	void documentThatIsNotUnderstoodStopsNoWatchOfAnother() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = this.fixture.backend(this.server.port()).open(TTL);
		Directory other = this.fixture.queue("b");
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		Queue<Change> changesOfOther = new ConcurrentLinkedQueue<>();
		try (Watch watch = backend.watch(this.queue, changes::add);
				Watch watchOfOther = backend.watch(other, changesOfOther::add)) {
			assertThat(watch).isNotSameAs(watchOfOther);
			String key = Names.document(this.queue);
			this.server.ask("set " + key + " 0 0 7\r\nforeign");
			eventually().until(() -> changes.contains(Change.UNKNOWN));

			Entry entry = this.fixture.enqueue(session, other).entry();

			eventually().until(() -> changesOfOther.contains(Change.written(entry.id())));
			assertThat(changes).as("told once").hasSize(1);
			this.server.ask("delete " + key);
			eventually().until(() -> changes.size() == 2);
			this.fixture.enqueue(session, this.queue);
			eventually().until(() -> changes.size() == 3);
		}
	}

	@Test
	void newerFormatIsRefused() {
		String key = Names.format(this.fixture.namespace());
		this.server.ask("set " + key + " 0 0 10\r\n2 whatever");
		MemcachedBackend backend = this.fixture.backend(this.server.port());

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
			.withMessageContaining("version 2");
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.list(this.queue));
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> Coordinator.connect(CoordinatorOptions.of("memcached://127.0.0.1:" + this.server.port())
				.withNamespace(this.fixture.namespace())));

		this.server.ask("set " + key + " 0 0 4\r\nwhat");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
			.withMessageContaining("not written by this library");
	}

	@Test
	void newerFormatThatComesLaterEndsTheSessionAndIsRefusedFromThenOn() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = backend.open(TTL);
		backend.list(this.queue);

		this.server.ask("set " + Names.format(this.fixture.namespace()) + " 0 0 10\r\n2 whatever");

		assertThat(session.renew().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL));
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.list(this.queue))
			.withMessageContaining("format version 2, and this version knows 1");
	}

	@Test
	void serverWithoutVersionsIsRefused() {
		try (MemcachedServer own = MemcachedServer.start("-C")) {
			MemcachedBackend backend = this.fixture.backend(own.port());

			assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
				.withMessageContaining("versions");
		}
	}

	@Test
	void whatLooksLikeACommandIsAValue() {
		MemcachedBackend backend = this.fixture.backend(this.server.port());
		String command = "\r\nEND\r\ndelete " + Names.format(this.fixture.namespace()) + "\r\n";
		BackendSession session = backend.open(TTL);
		EntryKey key = this.fixture.queue(command).entry(command);

		assertThat(session.create(key, bytes(command))).isPresent();

		assertThat(backend.get(key).orElseThrow().value()).isEqualTo(bytes(command));
		assertThat(session.renew().storeIdentity()).isEqualTo(session.grant().storeIdentity());
	}

	@Test
	void onlyWatchedDocumentsArePolledAndOnlyWhileTheyAre() {
		try (MemcachedServer own = MemcachedServer.start()) {
			MemcachedBackend backend = this.fixture.backend(own.port());
			backend.create(this.queue.entry("a"), bytes("v"));
			int idle = gets(own);
			Watch watch = backend.watch(this.queue, (change) -> {
			});
			eventually().until(() -> gets(own) > idle + 5);

			watch.close();

			eventually().until(() -> {
				int before = gets(own);
				backend.get(this.queue.entry("a"));
				return gets(own) == before + 1;
			});
		}
	}

	@Test
	void enqueueingAndLeavingIsOneRequestEach() {
		try (MemcachedServer own = MemcachedServer.start()) {
			BackendSession session = this.fixture.backend(own.port()).open(TTL);
			session.delete(this.fixture.enqueue(session, this.queue).entry());
			long stored = stat(own, "cas_hits");
			int read = gets(own);

			for (int i = 0; i < 10; i++) {
				session.delete(this.fixture.enqueue(session, this.queue).entry());
			}

			assertThat(stat(own, "cas_hits") - stored).isEqualTo(20);
			assertThat(gets(own) - read).as("the document and the session, each time").isEqualTo(40);
		}
	}

	@Test
	void emptyDocumentIsLeftToExpireAndAnyOtherStays() {
		BackendSession session = this.fixture.backend(this.server.port()).open(TTL);
		String remaining = "mg " + Names.document(this.queue) + " t";

		Entry entry = this.fixture.enqueue(session, this.queue).entry();
		assertThat(this.server.ask(remaining)).containsExactly("HD t-1");

		session.delete(entry);
		assertThat(this.server.ask(remaining)).singleElement()
			.satisfies((line) -> assertThat(Integer.parseInt(line.substring("HD t".length()))).isBetween(200, 300));
	}

	@Test
	void callsShareAFewConnections() {
		try (MemcachedServer own = MemcachedServer.start()) {
			MemcachedBackend backend = this.fixture.backend(own.port());
			long before = stat(own, "total_connections");

			List<CompletableFuture<Void>> calls = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				calls.add(
						CompletableFuture.runAsync(() -> backend.list(this.queue), (task) -> new Thread(task).start()));
			}
			calls.forEach(CompletableFuture::join);

			assertThat(stat(own, "total_connections") - before - 1).isBetween(1L, 16L);
		}
	}

	@Test
	void whatDoesNotSayWhenItWasStartedIsNoServer() throws IOException {
		try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture.runAsync(() -> {
				try (Socket client = proxy.accept()) {
					client.getOutputStream().write(bytes("STAT pid 1\r\nEND\r\n"));
					client.getInputStream().readAllBytes();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			MemcachedBackend backend = this.fixture.backend(proxy.getLocalPort());

			assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
				.withMessageContaining("proxy");
		}
	}

	@Test
	void unreachableServerIsUnavailable() {
		MemcachedBackend backend = this.fixture.backend(FreePorts.take());

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.open(TTL));
	}

	private static int gets(MemcachedServer own) {
		return (int) stat(own, "cmd_get");
	}

	private static long stat(MemcachedServer own, String name) {
		return own.ask("stats")
			.stream()
			.filter((line) -> line.startsWith("STAT " + name + " "))
			.mapToLong((line) -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
			.sum();
	}

}
