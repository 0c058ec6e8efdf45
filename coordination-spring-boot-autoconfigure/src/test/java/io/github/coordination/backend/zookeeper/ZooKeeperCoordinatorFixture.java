package io.github.coordination.backend.zookeeper;

import java.time.Duration;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.server.ZooKeeperServer;
import io.github.coordination.spi.BackendSession;

/**
 * The shared server. The ttl is the shortest of which two thirds leave time for a renewal
 * that fails.
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
		return Duration.ofMillis(3200);
	}

	@Override
	public int cycles() {
		return 1_000;
	}

}
