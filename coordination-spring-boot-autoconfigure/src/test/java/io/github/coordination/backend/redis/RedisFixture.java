package io.github.coordination.backend.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.coordination.ClientSource;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.TestEnvironment;

/**
 * Backends of one namespace for one test, closed after it.
 */
final class RedisFixture implements AutoCloseable {

	private final TestEnvironment environment = new TestEnvironment();

	private final List<RedisBackend> backends = new CopyOnWriteArrayList<>();

	private final String namespace = "redis-" + UUID.randomUUID();

	RedisBackend connect(String url) {
		return connect(url, Duration.ofSeconds(6), ClientSource.of());
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

	String namespace() {
		return this.namespace;
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

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		this.backends.forEach(RedisBackend::close);
		this.environment.close();
	}

}
