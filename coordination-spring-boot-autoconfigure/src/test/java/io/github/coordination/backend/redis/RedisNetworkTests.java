package io.github.coordination.backend.redis;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.RedisServer;

@Tag("redis")
class RedisNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return RedisServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return "redis://127.0.0.1:" + port;
	}

}
