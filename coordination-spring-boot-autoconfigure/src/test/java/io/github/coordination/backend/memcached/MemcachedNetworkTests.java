package io.github.coordination.backend.memcached;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.MemcachedServer;

@Tag("memcached")
class MemcachedNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return MemcachedServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return "memcached://127.0.0.1:" + port;
	}

}
