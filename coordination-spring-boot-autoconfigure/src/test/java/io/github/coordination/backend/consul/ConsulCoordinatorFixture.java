package io.github.coordination.backend.consul;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.server.ConsulServer;
import io.github.coordination.spi.BackendSession;

/**
 * A namespace of its own on the shared server for each fixture.
 */
final class ConsulCoordinatorFixture extends CoordinatorFixture {

	private final ConsulServer server = ConsulServer.shared();

	@Override
	protected String url() {
		return "consul://127.0.0.1:" + this.server.port();
	}

	@Override
	protected void kill(BackendSession session) {
		this.server.destroy(session.id());
	}

	@Override
	public int cycles() {
		return 300;
	}

}
