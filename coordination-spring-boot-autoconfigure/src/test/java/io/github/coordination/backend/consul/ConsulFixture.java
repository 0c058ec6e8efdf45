package io.github.coordination.backend.consul;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import io.github.coordination.ClientSource;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.TestEnvironment;

/**
 * Backends of a namespace that no other test uses, closed after the test.
 */
final class ConsulFixture implements AutoCloseable {

	static final Duration TTL = Duration.ofSeconds(15);

	private final TestEnvironment environment = new TestEnvironment();

	private final String namespace = "test-" + this.environment.environment().newId();

	private final List<CoordinationBackend> backends = new CopyOnWriteArrayList<>();

	private final AtomicLong attempts = new AtomicLong();

	String namespace() {
		return this.namespace;
	}

	ConsulBackend backend(int port) {
		return backend("consul://127.0.0.1:" + port, TTL);
	}

	ConsulBackend backend(String url, Duration ttl) {
		return backend(url, ttl, environment());
	}

	ConsulBackend backend(String url, Duration ttl, Environment environment) {
		ConsulBackend backend = (ConsulBackend) new ConsulBackendProvider().create(new BackendConfig(
				BackendUrl.parse(url), this.namespace, ttl, ttl.dividedBy(6), environment, ClientSource.of()));
		this.backends.add(backend);
		return backend;
	}

	Environment environment() {
		return this.environment.environment();
	}

	Directory queue(String name) {
		return new Directory(this.namespace, "lock", name);
	}

	/** What the key of something in the namespace is, as it stands in a path. */
	String path(String rest) {
		return "kv/coordination/" + this.namespace + "/" + rest;
	}

	String attempt(BackendSession session) {
		return session.id() + "." + this.attempts.incrementAndGet();
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
