package io.github.coordination.backend.etcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

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
final class EtcdFixture implements AutoCloseable {

	private final TestEnvironment environment = new TestEnvironment();

	private final List<CoordinationBackend> clients = new CopyOnWriteArrayList<>();

	private final String namespace = "etcd-" + this.environment.environment().newId();

	private int attempts;

	String namespace() {
		return this.namespace;
	}

	/** What all its keys begin with. */
	String root() {
		return new Keys(this.namespace).root();
	}

	CoordinationBackend client(String url) {
		return client(url, this.namespace, Duration.ofSeconds(6));
	}

	CoordinationBackend client(String url, String namespace, Duration ttl) {
		CoordinationBackend client = new EtcdBackendProvider().create(new BackendConfig(BackendUrl.parse(url),
				namespace, ttl, ttl.dividedBy(6), this.environment.environment(), ClientSource.of()));
		this.clients.add(client);
		return client;
	}

	Directory queue(String name) {
		return new Directory(this.namespace, "lock", name);
	}

	Directory directory(String name) {
		return new Directory(this.namespace, "group", name);
	}

	String attempt(BackendSession session) {
		return session.id() + "." + ++this.attempts;
	}

	Placement enqueue(BackendSession session, Directory queue) {
		return session.enqueue(queue, attempt(session), "x", new byte[] { 1 }, Integer.MAX_VALUE).orElseThrow();
	}

	static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(40))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.pollInSameThread();
	}

	@Override
	public void close() {
		this.clients.forEach(CoordinationBackend::close);
		this.environment.close();
	}

}
