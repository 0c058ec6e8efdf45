package io.github.coordination.backend.consul;

import java.time.Duration;

import io.github.coordination.ClientSource;
import io.github.coordination.backend.BackendFixture;
import io.github.coordination.spi.Environment;

/**
 * Backends on Consul.
 */
final class ConsulFixture extends BackendFixture {

	static final Duration TTL = Duration.ofSeconds(15);

	ConsulFixture() {
		super(new ConsulBackendProvider());
	}

	ConsulBackend backend(int port) {
		return backend("consul://127.0.0.1:" + port, TTL);
	}

	ConsulBackend backend(String url, Duration ttl) {
		return backend(url, ttl, environment());
	}

	ConsulBackend backend(String url, Duration ttl, Environment environment) {
		return (ConsulBackend) create(url, namespace(), ttl, ttl.dividedBy(6), environment, ClientSource.of());
	}

	/** What the key of something in the namespace is, as it stands in a path. */
	String path(String rest) {
		return "kv/coordination/" + namespace() + "/" + rest;
	}

}
