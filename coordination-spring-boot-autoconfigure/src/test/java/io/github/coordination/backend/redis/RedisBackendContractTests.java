package io.github.coordination.backend.redis;

import java.time.Duration;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.ExpiringBackendContract;

@Tag("redis")
class RedisBackendContractTests extends ExpiringBackendContract {

	@BeforeAll
	static void loadTheClient() {
		RedisTimes.warmUp(RedisServer.shared());
	}

	@Override
	protected String url() {
		return RedisServer.shared().url();
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		return new RedisBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		RedisTimes.expire(RedisServer.shared(), (RedisSession) session);
	}

	@Override
	public void plantForeignEntry(Directory directory) {
		RedisKeys keys = new RedisKeys(directory.namespace());
		RedisServer.shared().run("HSET", keys.channel(directory), "foreign", "\u0001\u0002 what is this");
	}

	@Override
	protected Duration ttl() {
		return Duration.ofSeconds(3);
	}

}
