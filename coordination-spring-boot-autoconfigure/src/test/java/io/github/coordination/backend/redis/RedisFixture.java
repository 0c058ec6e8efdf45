package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.coordination.ClientSource;
import io.github.coordination.backend.BackendFixture;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Entry;

/**
 * Backends on Redis.
 */
final class RedisFixture extends BackendFixture {

	static final Duration TTL = Duration.ofSeconds(6);

	RedisFixture() {
		super(new RedisBackendProvider());
	}

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
		return (RedisBackend) create(url, namespace(), ttl, ttl.dividedBy(6), environment(), clients);
	}

	String key(String rest) {
		return "{coordination:" + namespace() + "}:" + rest;
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
		return enqueue(session, queue("q")).entry();
	}

}
