package io.github.coordination.backend.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

import io.github.coordination.ClientSource;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.TestEnvironment;

/**
 * Backends of one namespace for one test, closed after it.
 */
final class RedisFixture implements AutoCloseable {

	static final Duration TTL = Duration.ofSeconds(6);

	private final TestEnvironment environment = new TestEnvironment();

	private final List<RedisBackend> backends = new CopyOnWriteArrayList<>();

	private final String namespace = "redis-" + UUID.randomUUID();

	private int attempts;

	/** Connect to the server that all tests share. */
	RedisBackend connect() {
		return connect(RedisServer.shared().url());
	}

	RedisBackend connect(String url) {
		return connect(url, TTL);
	}

	RedisBackend connect(String url, Duration ttl) {
		return connect(url, ttl, ClientSource.of());
	}

	RedisBackend connect(String url, Duration ttl, ClientSource clients) {
		BackendConfig config = new BackendConfig(BackendUrl.parse(url), this.namespace, ttl, ttl.dividedBy(6),
				this.environment.environment(), clients);
		RedisBackend backend = (RedisBackend) new RedisBackendProvider().create(config);
		this.backends.add(backend);
		return backend;
	}

	Directory directory(String name) {
		return new Directory(this.namespace, "group", name);
	}

	Directory queue(String name) {
		return new Directory(this.namespace, "lock", name);
	}

	String key(String rest) {
		return "{coordination:" + this.namespace + "}:" + rest;
	}

	/** What the shared server holds of the namespace. */
	List<String> keys() {
		List<String> keys = new ArrayList<>();
		for (String line : RedisServer.shared().run("KEYS", key("*")).split("\r\n")) {
			if (line.startsWith("{")) {
				keys.add(line);
			}
		}
		return keys;
	}

	/** Append an entry to the queue {@code q}, wherever it comes. */
	Entry enqueue(BackendSession session) {
		return session.enqueue(queue("q"), session.id() + "." + ++this.attempts, "x", bytes("v"), Integer.MAX_VALUE)
			.orElseThrow()
			.entry();
	}

	static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10));
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.backends.forEach(RedisBackend::close);
		this.environment.close();
	}

}
