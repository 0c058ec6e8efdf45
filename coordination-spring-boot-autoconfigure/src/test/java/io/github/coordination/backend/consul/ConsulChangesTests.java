package io.github.coordination.backend.consul;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.server.ConsulServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.consul.ConsulFixture.bytes;
import static io.github.coordination.backend.consul.ConsulFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Consul's blocking queries may miss, and what is made of it.
 */
@Tag("consul")
@Timeout(60)
class ConsulChangesTests {

	private final ConsulServer server = ConsulServer.shared();

	private final ConsulFixture fixture = new ConsulFixture();

	private final Directory queue = this.fixture.queue("a");

	private final Queue<Change> changes = new ConcurrentLinkedQueue<>();

	private ConsulDouble consul;

	@BeforeEach
	void openDouble() {
		this.consul = new ConsulDouble(this.server.port());
	}

	@AfterEach
	void close() {
		this.fixture.close();
		this.consul.close();
	}

	@Test
	void indexThatGoesBackIsReportedAndNotWaitedFor() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		enqueue(session);
		try (Watch watch = backend.watch(this.queue, this.changes::add)) {
			assertThat(watch).isNotNull();
			this.consul.changeIndexes((index) -> "3");
			session.delete(enqueue(session));
			eventually().until(() -> this.changes.contains(Change.UNKNOWN));
			this.consul.changeIndexes((index) -> index);

			eventually().until(() -> polls().stream().anyMatch((poll) -> poll.endsWith("recurse")));
			this.changes.clear();
			Entry entry = enqueue(session);
			eventually().until(
					() -> this.changes.contains(Change.written(entry.id())) || this.changes.contains(Change.UNKNOWN));
		}
	}

	@Test
	void indexOfNothingIsNotAskedForInAHurry() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		enqueue(session);
		try (Watch watch = backend.watch(this.queue, (change) -> {
		})) {
			assertThat(watch).isNotNull();
			this.consul.changeIndexes((index) -> "0");
			session.delete(enqueue(session));
			long start = System.nanoTime();
			int before = polls().size();
			eventually().until(() -> polls().size() >= before + 4);

			// pauses of 50, 100 and 200 ms at least
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(300));
		}
	}

	@Test
	void failedQueryIsRepeatedAndReported() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		Entry entry = enqueue(session);
		try (Watch watch = backend.watch(this.queue, this.changes::add)) {
			assertThat(watch).isNotNull();
			for (String broken : List.of("", "[{", "[{\"Key\":1}]", "{}")) {
				this.consul.changeNext("GET /v1/kv", (body) -> broken);
			}
			session.replace(entry, bytes("w"));

			eventually().until(() -> this.changes.contains(Change.UNKNOWN));
		}
	}

	@Test
	void entryThatWasThereBeforeTheWatchIsMissedThoughNoViewHadIt() {
		ConsulBackend backend = this.fixture.backend(this.server.port());
		BackendSession session = backend.open(ConsulFixture.TTL);
		try (Watch one = backend.watch(this.queue, this.changes::add);
				Watch other = backend.watch(this.fixture.queue("b"), this.changes::add)) {
			assertThat(one).isNotSameAs(other);
			for (int i = 0; i < 50; i++) {
				Directory name = this.fixture.queue("watched" + i);
				Queue<Change> told = new ConcurrentLinkedQueue<>();
				Entry entry = session.enqueue(name, this.fixture.attempt(session), "x", bytes("v"), 9)
					.orElseThrow()
					.entry();
				try (Watch watch = backend.watch(name, told::add)) {
					assertThat(watch).isNotNull();
					session.delete(entry);

					eventually().until(() -> !told.isEmpty());
				}
			}
		}
	}

	@Test
	void oneQueryServesAllWatchesAndNoneIsMadeWithoutThem() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		List<Directory> queues = List.of(this.queue, this.fixture.queue("b"), this.fixture.queue("c"));
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		assertThat(polls()).isEmpty();
		Queue<Directory> told = new ConcurrentLinkedQueue<>();
		List<Watch> watches = queues.stream().map((each) -> backend.watch(each, (change) -> told.add(each))).toList();

		queues.forEach((each) -> session.enqueue(each, this.fixture.attempt(session), "x", bytes("v"), 9));

		eventually().until(() -> told.containsAll(queues));
		String scope = "/" + this.fixture.path("lock/");
		assertThat(polls().get(polls().size() - 1)).contains(scope + "?");
		watches.forEach(Watch::close);
		session.close();
		eventually().until(() -> {
			int before = polls().size();
			backend.open(ConsulFixture.TTL).close();
			return polls().size() == before;
		});
	}

	@Test
	void entryThatCameAndWentBetweenTwoViewsIsReportedIfItWasRead() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		CountDownLatch gone = new CountDownLatch(1);
		this.consul.changeNext(poll(), (body) -> after(gone, "[]"));
		try (Watch watch = backend.watch(this.queue, this.changes::add)) {
			assertThat(watch).isNotNull();
			Entry entry = enqueue(session);
			assertThat(backend.list(this.queue)).extracting(Entry::id).containsExactly(entry.id());
			assertThat(session.delete(entry)).isTrue();
			assertThat(this.changes).isEmpty();

			gone.countDown();

			eventually().until(() -> this.changes.contains(Change.UNKNOWN));
		}
	}

	@Test
	void entryThatIsReadWhenTheViewsAreNewerIsReported() {
		ConsulBackend backend = this.fixture.backend(this.consul.port());
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		CountDownLatch read = new CountDownLatch(1);
		CountDownLatch gone = new CountDownLatch(1);
		try (Watch watch = backend.watch(this.queue, this.changes::add)) {
			assertThat(watch).isNotNull();
			this.consul.changeNext("GET /v1/" + this.fixture.path("lock/a/?recurse&consistent"), (body) -> {
				read.countDown();
				return after(gone, body);
			});
			Entry entry = enqueue(session);
			eventually().until(() -> !this.changes.isEmpty());
			CompletableFuture<List<Entry>> list = CompletableFuture.supplyAsync(() -> backend.list(this.queue));
			eventually().until(() -> read.getCount() == 0);
			this.changes.clear();
			session.delete(entry);
			eventually().until(() -> !this.changes.isEmpty());
			this.changes.clear();

			gone.countDown();

			assertThat(list.join()).extracting(Entry::id).containsExactly(entry.id());
			eventually().until(() -> this.changes.contains(Change.UNKNOWN));
		}
	}

	@Test
	void serverThatForgotEverythingIsNotWaitedFor() {
		Duration ttl = Duration.ofHours(1);
		try (ConsulServer own = ConsulServer.start("{}")) {
			ConsulBackend backend = this.fixture.backend("consul://127.0.0.1:" + own.port(), ttl);
			BackendSession session = backend.open(ttl);
			for (int i = 0; i < 50; i++) {
				enqueue(session);
			}
			try (Watch watch = backend.watch(this.queue, this.changes::add)) {
				assertThat(watch).isNotNull();
				own.process().kill();
				own.process().restart();
				eventually().until(() -> this.changes.contains(Change.UNKNOWN));
				this.changes.clear();

				eventually().ignoreExceptionsMatching(ConsulChangesTests::isTrouble)
					.until(() -> enqueue(backend.open(ttl)) != null);

				eventually().until(() -> !this.changes.isEmpty());
			}
		}
	}

	@Test
	void watchGoesOnThoughAnErrorIsThrownWhereAnAnswerIsHandled() {
		Environment real = this.fixture.environment();
		AtomicInteger errors = new AtomicInteger();
		RandomGenerator faulty = () -> {
			// how long to pause after an answer that cannot be understood
			if (errors.compareAndSet(1, 0)) {
				throw new StackOverflowError("injected");
			}
			return real.random().nextLong();
		};
		Executor busy = (task) -> {
			if (errors.compareAndSet(2, 1)) {
				throw new OutOfMemoryError("injected: no thread");
			}
			real.callbacks().execute(task);
		};
		ConsulBackend backend = this.fixture.backend("consul://127.0.0.1:" + this.consul.port(), ConsulFixture.TTL,
				new Environment(real.clock(), real.timer(), real.heart(), busy, faulty));
		BackendSession session = this.fixture.backend(this.server.port()).open(ConsulFixture.TTL);
		Entry entry = enqueue(session);
		try (Watch watch = backend.watch(this.queue, this.changes::add)) {
			assertThat(watch).isNotNull();
			this.consul.changeNext("GET /v1/kv", (body) -> "<html>");
			errors.set(2);
			Entry replaced = session.replace(entry, bytes("w")).orElseThrow();

			eventually().until(() -> errors.get() == 0);
			eventually().until(() -> this.changes.contains(Change.UNKNOWN));
			this.changes.clear();
			session.replace(replaced, bytes("x"));
			eventually().until(() -> !this.changes.isEmpty());
		}
	}

	private Entry enqueue(BackendSession session) {
		return session.enqueue(this.queue, this.fixture.attempt(session), "x", bytes("v"), 99).orElseThrow().entry();
	}

	private String poll() {
		return "GET /v1/" + this.fixture.path("lock/a/?recurse&index");
	}

	private static boolean isTrouble(Throwable ex) {
		return ex instanceof BackendUnavailableException || ex instanceof IndeterminateResultException;
	}

	private static String after(CountDownLatch latch, String body) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return body;
	}

	private List<String> polls() {
		return this.consul.requests()
			.stream()
			.filter((each) -> each.startsWith("GET") && each.contains("recurse") && !each.contains("consistent"))
			.toList();
	}

}
