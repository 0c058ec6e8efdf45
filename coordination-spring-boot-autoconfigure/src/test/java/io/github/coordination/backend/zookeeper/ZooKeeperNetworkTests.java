package io.github.coordination.backend.zookeeper;

import java.time.Duration;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.ZooKeeperServer;

@Tag("zookeeper")
class ZooKeeperNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return ZooKeeperServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return "zookeeper://127.0.0.1:" + port + "/network";
	}

	/** The client pauses for up to a second before it connects again. */
	@Override
	protected Duration ttl() {
		return Duration.ofSeconds(6);
	}

}
