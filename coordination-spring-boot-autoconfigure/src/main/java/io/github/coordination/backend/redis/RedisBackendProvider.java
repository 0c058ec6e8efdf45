package io.github.coordination.backend.redis;

import java.util.List;
import java.util.Set;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;

/**
 * Serves {@code redis://[user:password@]host[:port][/database]}, {@code redis-sentinel:},
 * {@code redis-cluster:}, the same with {@code rediss} for TLS, and {@code redis:} alone
 * for the application's own connection factory.
 */
public final class RedisBackendProvider implements BackendProvider {

	@Override
	public Set<String> schemes() {
		return Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster");
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of(
				new ClientLibrary("org.springframework.data.redis.connection.RedisConnectionFactory",
						"org.springframework.data:spring-data-redis"),
				new ClientLibrary("io.lettuce.core.RedisClient", "io.lettuce:lettuce-core"));
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		return RedisUrl.backend(config);
	}

}
