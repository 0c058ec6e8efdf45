package io.github.coordination.backend.memcached;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import io.github.coordination.ClientSource;
import io.github.coordination.backend.memcached.Connection.Target;
import io.github.coordination.backend.memcached.Reply.Value;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.TestEnvironment;

/**
 * Backends of a namespace that no other test uses, closed after the test.
 */
final class MemcachedFixture implements AutoCloseable {

	static final Duration TTL = Duration.ofSeconds(15);

	private final TestEnvironment environment = new TestEnvironment();

	private final String namespace = "test-" + this.environment.environment().newId();

	private final List<CoordinationBackend> backends = new CopyOnWriteArrayList<>();

	private final AtomicLong attempts = new AtomicLong();

	/** Change a document behind everybody's back. */
	static void change(int port, Directory directory, UnaryOperator<Document> change) {
		try (TestEnvironment environment = new TestEnvironment();
				Connections connections = new Connections(new Target("127.0.0.1", port, "", null), 1,
						environment.environment())) {
			String key = Names.document(directory);
			Deadline deadline = Deadline.after(environment.environment().clock(), TTL);
			Value value = connections.ask(new Request().gets(key), deadline).reply(0).value();
			Document changed = change.apply(Document.decode(value.bytes(), directory));
			connections.exchange(new Request().cas(key, 0, changed.encode(), value.version()), null, deadline);
		}
	}

	String namespace() {
		return this.namespace;
	}

	MemcachedBackend backend(int port) {
		return backend("memcached://127.0.0.1:" + port, TTL);
	}

	MemcachedBackend backend(String url, Duration ttl) {
		MemcachedBackend backend = (MemcachedBackend) new MemcachedBackendProvider()
			.create(new BackendConfig(BackendUrl.parse(url), this.namespace, ttl, ttl.dividedBy(6),
					this.environment.environment(), ClientSource.of()));
		this.backends.add(backend);
		return backend;
	}

	Directory queue(String name) {
		return new Directory(this.namespace, "lock", name);
	}

	String attempt(BackendSession session) {
		return session.id() + "." + this.attempts.incrementAndGet();
	}

	Placement enqueue(BackendSession session, Directory queue) {
		return session.enqueue(queue, attempt(session), "x", bytes("v"), 9).orElseThrow();
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5));
	}

	@Override
	public void close() {
		this.backends.forEach(CoordinationBackend::close);
		this.environment.close();
	}

}
