package io.github.coordination.backend.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.coordination.ClientSource;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.TestEnvironment;

/**
 * Clients with a namespace of their own, closed after the test.
 */
final class JdbcFixture implements AutoCloseable {

	/** Long enough that nothing expires, and that a call may wait for seconds. */
	static final Duration TTL = Duration.ofMinutes(1);

	static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

	private final TestEnvironment environment = new TestEnvironment();

	private final List<CoordinationBackend> clients = new CopyOnWriteArrayList<>();

	private final String namespace = "jdbc-" + this.environment.environment().newId();

	private int attempts;

	String namespace() {
		return this.namespace;
	}

	CoordinationBackend client(String url, Object... clients) {
		CoordinationBackend client = new JdbcBackendProvider().create(new BackendConfig(BackendUrl.parse(url),
				this.namespace, TTL, CALL_TIMEOUT, this.environment.environment(), ClientSource.of(clients)));
		this.clients.add(client);
		return client;
	}

	Directory queue(String name) {
		return new Directory(this.namespace, "lock", name);
	}

	Placement enqueue(BackendSession session, Directory queue) {
		return session.enqueue(queue, session.id() + "." + ++this.attempts, "x", new byte[0], Integer.MAX_VALUE)
			.orElseThrow();
	}

	@Override
	public void close() {
		this.clients.forEach(CoordinationBackend::close);
		this.environment.close();
	}

}
