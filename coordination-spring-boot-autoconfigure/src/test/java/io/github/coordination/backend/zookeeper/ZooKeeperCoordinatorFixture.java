package io.github.coordination.backend.zookeeper;

import java.time.Duration;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.server.ZooKeeperServer;
import io.github.coordination.spi.BackendSession;

/**
 * The shared server. Two thirds of the ttl are about as long as sessions of other stores
 * are believed in.
 */
final class ZooKeeperCoordinatorFixture extends CoordinatorFixture {

	@Override
	protected String url() {
		return "zookeeper://" + ZooKeeperServer.shared().address() + "/recipes";
	}

	@Override
	protected void kill(BackendSession session) {
		Sessions.kill(ZooKeeperServer.shared(), session);
		// otherwise it would hear of it a second later, when it has connected again
		Sessions.cut(session);
	}

	@Override
	public Duration ttl() {
		return Duration.ofMillis(4500);
	}

	@Override
	public int cycles() {
		return 1_000;
	}

}
