package io.github.coordination.backend.memcached;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import io.github.coordination.backend.BackendFixture;
import io.github.coordination.backend.memcached.Connection.Target;
import io.github.coordination.backend.memcached.Reply.Value;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.TestEnvironment;

/**
 * Backends on memcached.
 */
final class MemcachedFixture extends BackendFixture {

	static final Duration TTL = Duration.ofSeconds(15);

	MemcachedFixture() {
		super(new MemcachedBackendProvider());
	}

	/** Change a document behind everybody's back. */
	static void change(int port, Directory directory, UnaryOperator<Document> change) {
		String key = Names.document(directory);
		connected(port, (connections, deadline) -> {
			Value value = connections.ask(new Request().gets(key), deadline).reply(0).value();
			Document changed = change.apply(Document.decode(value.bytes(), directory));
			return connections.exchange(new Request().cas(key, 0, changed.encode(), value.version()), null, deadline);
		});
	}

	/** A document as it is stored, with what is left of sessions that are over. */
	static Document stored(int port, Directory directory) {
		return connected(port, (connections, deadline) -> {
			Request request = new Request().gets(Names.document(directory));
			return Document.decode(connections.ask(request, deadline).reply(0).value().bytes(), directory);
		});
	}

	private static <T> T connected(int port, BiFunction<Connections, Deadline, T> work) {
		try (TestEnvironment environment = new TestEnvironment();
				Connections connections = new Connections(new Target("127.0.0.1", port, "", null), 1,
						environment.environment())) {
			return work.apply(connections, Deadline.after(environment.environment().clock(), TTL));
		}
	}

	MemcachedBackend backend(int port) {
		return backend("memcached://127.0.0.1:" + port, TTL);
	}

	MemcachedBackend backend(String url, Duration ttl) {
		return (MemcachedBackend) create(url, ttl);
	}

}
