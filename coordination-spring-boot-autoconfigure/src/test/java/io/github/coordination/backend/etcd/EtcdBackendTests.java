package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.SessionLostException;
import io.github.coordination.server.EtcdServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.etcd.EtcdFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What is particular to etcd: its url, its traps, and what is in it.
 */
@Tag("etcd")
class EtcdBackendTests {

	private static final Duration TTL = Duration.ofSeconds(6);

	private final EtcdFixture fixture = new EtcdFixture();

	private final EtcdServer server = EtcdServer.shared();

	private final String url = this.server.url();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd:", "etcd://", "etcd://host,", "etcd://ho st", "etcd://host:port", "etcd://host/path",
			"etcd://host?timeout=1", "etcd://host?ca=x", "etcds://host?tls=true", "etcd://user@host",
			"etcd://user:@host", "etcd://:secret-word@host", "etcds://host?certificate=x" })
	void urlThatCannotWorkIsRefused(String faulty) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> this.fixture.client(faulty))
			.satisfies((ex) -> {
				assertThat(ex.setting()).isEqualTo("coordination.url");
				assertThat(ex).hasMessageNotContaining("secret-word");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd://host", "etcd://host:1", "etcd://a-b.example,c_d:2379,10.0.0.1,[::1],[fe80::1]:7/",
			"etcd://user:pass%3Aword@host", "etcds://host" })
	void urlThatCanWorkIsTaken(String good) {
		assertThat(this.fixture.client(good).guarantees()).isNotNull();
	}

	@Test
	void serverThatRefusesConnectionsIsPassedOver() {
		CoordinationBackend client = this.fixture
			.client("etcd://127.0.0.1:1,127.0.0.1:2,127.0.0.1:" + this.server.port() + ",127.0.0.1:3");

		BackendSession session = client.open(TTL);

		assertThat(session.renew()).isEqualTo(session.grant());
		assertThat(this.fixture.enqueue(session, this.fixture.queue("a")).ahead()).isEmpty();
	}

	@Test
	void unreachableServersAreReportedWithoutTheUserInfo() {
		CoordinationBackend client = this.fixture.client("etcd://user-word:secret-word@127.0.0.1:1,127.0.0.1:2");

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> client.open(TTL))
			.withMessageContaining("etcd at 127.0.0.1")
			.withMessageContaining("refused")
			.withMessageNotContainingAny("secret-word", "user-word");
	}

	@Test
	void namespaceOfANewerVersionIsRefused() {
		this.server.put(this.fixture.root() + ".format", "2 something");
		CoordinationBackend client = this.fixture.client(this.url);

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(TTL))
			.withMessageContaining("format version 2");
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> client.list(this.fixture.directory("a")));
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(
				() -> Coordinator.connect(CoordinatorOptions.of(this.url).withNamespace(this.fixture.namespace())));
		assertThat(this.server.keys(this.fixture.root() + ".session/")).as("sessions").isEmpty();
	}

	@Test
	void newerVersionThatComesLaterEndsTheSessionAndIsRefusedFromThenOn() {
		CoordinationBackend client = this.fixture.client(this.url);
		BackendSession session = client.open(TTL);
		client.list(this.fixture.directory("a"));

		this.server.put(this.fixture.root() + ".format", "2 something");

		assertThat(session.renew().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(TTL));
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> client.list(this.fixture.directory("a")))
			.withMessageContaining("format version 2, and this version knows 1");
	}

	@Test
	void namespaceOfSomebodyElseIsRefused() {
		this.server.put(this.fixture.root() + ".format", "something else");

		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> this.fixture.client(this.url).open(TTL))
			.withMessageContaining("not written by this library");
	}

	@Test
	void lossOfTheMarkerIsLossOfTheStore() {
		BackendSession session = this.fixture.client(this.url).open(TTL);
		assertThat(session.renew().storeIdentity()).isEqualTo(session.grant().storeIdentity());

		this.server.delete(this.fixture.root() + ".format");

		assertThat(session.renew().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
		assertThat(this.fixture.client(this.url).open(TTL).grant().storeIdentity())
			.isNotEqualTo(session.grant().storeIdentity());
	}

	/** Servers were seen to extend leases that were revoked: etcd issue 20590. */
	@Test
	void leaseThatLivesIsNoProofThatItsKeysDo() {
		BackendSession session = this.fixture.client(this.url).open(TTL);

		this.server.delete(this.fixture.root() + ".session/" + session.id());

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		assertThat(session.isOver()).isTrue();
	}

	@Test
	void sessionLivesForWholeSecondsAndAtLeastWhatWasAsked() {
		CoordinationBackend client = this.fixture.client(this.url);

		assertThat(client.open(Duration.ofMillis(5001)).grant().ttl()).isEqualTo(Duration.ofSeconds(6));
		assertThat(client.open(Duration.ofSeconds(6)).grant().safeTtl()).isEqualTo(Duration.ofSeconds(6));
	}

	/** A lock of etcd's own would give the same key to both, and so the lock. */
	@Test
	void attemptsOfOneSessionAreDifferentAttempts() {
		BackendSession session = this.fixture.client(this.url).open(TTL);
		Directory queue = this.fixture.queue("a");

		Placement first = session.enqueue(queue, this.fixture.attempt(session), "x", new byte[0], 0).orElseThrow();

		assertThat(session.enqueue(queue, this.fixture.attempt(session), "x", new byte[0], 0)).isEmpty();
		assertThat(this.fixture.enqueue(session, queue).ahead()).containsExactly(new Ahead(first.entry().id(), "x"));
	}

	@Test
	void replacedEntryStaysBoundToItsLease() {
		BackendSession session = this.fixture.client(this.url).open(TTL);
		Entry bound = session.create(this.fixture.directory("a").entry("a"), new byte[0]).orElseThrow();
		Entry queued = this.fixture.enqueue(session, this.fixture.queue("a")).entry();

		session.replace(bound, new byte[] { 2 });
		session.replace(queued, new byte[] { 2 });
		this.server.revoke(session.id());

		assertThat(this.server.keys(this.fixture.root())).containsExactly(this.fixture.root() + ".format");
	}

	/** Otherwise every look at a queue would pass over all that ever were in it. */
	@Test
	void queueThatIsUsedOftenNeedsFewKeys() {
		BackendSession session = this.fixture.client(this.url).open(TTL);
		Directory queue = this.fixture.queue("a");
		Set<String> keys = new HashSet<>();

		for (int i = 0; i < 50; i++) {
			Entry first = this.fixture.enqueue(session, queue).entry();
			Entry second = this.fixture.enqueue(session, queue).entry();
			keys.addAll(this.server.keys(this.fixture.root() + "lock/"));
			session.delete(first);
			assertThat(session.enqueue(queue, this.fixture.attempt(session), "x", new byte[0], 0)).isEmpty();
			session.delete(second);
		}

		assertThat(keys).hasSize(2);
	}

	@Test
	void limitIsKeptExactlyHoweverManyCome() throws InterruptedException {
		// with nobody else's writes, such as the end of sessions of other tests
		try (EtcdServer quiet = EtcdServer.start()) {
			CoordinationBackend client = this.fixture.client(quiet.url());
			Directory queue = this.fixture.queue("a");
			Queue<Placement> placements = new ConcurrentLinkedQueue<>();
			List<Thread> threads = new ArrayList<>();
			CountDownLatch start = new CountDownLatch(1);
			for (int i = 0; i < 8; i++) {
				BackendSession session = client.open(TTL);
				String attempt = this.fixture.attempt(session);
				threads.add(new Thread(() -> {
					try {
						start.await();
						session.enqueue(queue, attempt, "x", new byte[0], 2).ifPresent(placements::add);
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}));
			}
			threads.forEach(Thread::start);

			start.countDown();
			for (Thread thread : threads) {
				thread.join();
			}

			assertThat(placements).extracting((placement) -> placement.ahead().size())
				.containsExactlyInAnyOrder(0, 1, 2);
			assertThat(client.list(queue)).hasSize(3);
			List<Long> revisions = quiet.revisionsOf(this.fixture.root() + "lock/");
			assertThat(revisions.get(2) - revisions.get(0)).as("refused attempts wrote nothing").isEqualTo(2);
		}
	}

	@Test
	void whatIsForeignInAQueueIsAheadOfNobody() {
		BackendSession session = this.fixture.client(this.url).open(TTL);
		Directory queue = this.fixture.queue("a");
		String prefix = new Keys(this.fixture.namespace()).directory(queue);
		this.server.put(prefix + "a/0", "nobody's");
		this.server.put(prefix + session.id() + "/7", "not bound to a lease");

		assertThat(session.enqueue(queue, this.fixture.attempt(session), "x", new byte[0], 0)).isPresent();
		assertThat(session.enqueue(queue, this.fixture.attempt(session), "x", new byte[0], 0)).isEmpty();
		assertThat(this.server.keys(prefix)).hasSize(3);
	}

	@Test
	void sessionFindsMoreEntriesThanATransactionCanRead() {
		BackendSession session = this.fixture.client(this.url).open(TTL);
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < 130; i++) {
			ids.add(this.fixture.enqueue(session, this.fixture.queue("a")).entry().id());
			session.create(this.fixture.directory("a").entry("b" + i), new byte[0]);
			ids.add("b" + i);
		}

		assertThat(session.entries()).extracting(Entry::id).containsExactlyInAnyOrderElementsOf(ids);
	}

	@Test
	void storeThatIsEmptiedIsAnotherStore() {
		try (EtcdServer own = EtcdServer.start()) {
			CoordinationBackend client = this.fixture.client(own.url());
			BackendSession session = client.open(TTL);
			AtomicInteger unknown = new AtomicInteger();
			try (Watch watch = client.watch(this.fixture.queue("a"), (change) -> {
				if (change == Change.UNKNOWN) {
					unknown.incrementAndGet();
				}
			})) {
				assertThat(watch).isNotNull();

				own.wipe();

				eventually().ignoreException(BackendUnavailableException.class).until(() -> {
					assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
					return true;
				});
				assertThat(client.open(TTL).grant().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
				eventually().until(() -> unknown.get() > 0);
			}
		}
	}

	@Test
	void removalIsToldThoughItsPastIsCompacted() {
		CoordinationBackend client = this.fixture.client(this.url);
		BackendSession session = this.fixture.client(this.url).open(TTL);
		Queue<Change> changes = new ConcurrentLinkedQueue<>();
		try (Watch watch = client.watch(this.fixture.queue("a"), changes::add)) {
			assertThat(watch).isNotNull();
			for (int i = 0; i < 5; i++) {
				Entry entry = this.fixture.enqueue(session, this.fixture.queue("a")).entry();
				eventually().until(() -> changes.contains(Change.written(entry.id())));
				changes.clear();
				this.server.compact();
				session.delete(entry);
				eventually()
					.until(() -> changes.contains(Change.removed(entry.id())) || changes.contains(Change.UNKNOWN));
			}
		}
	}

}
