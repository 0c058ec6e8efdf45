package io.github.coordination.backend.consul;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.ConsulServer;

@Tag("consul")
class ConsulNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return ConsulServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return "consul://127.0.0.1:" + port;
	}

}
