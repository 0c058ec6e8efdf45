package io.github.coordination.backend.memcached;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.server.MemcachedServer;
import io.github.coordination.spi.BackendSession;

/**
 * A namespace of its own on the shared server for each fixture.
 */
final class MemcachedCoordinatorFixture extends CoordinatorFixture {

	private final MemcachedServer server = MemcachedServer.shared();

	@Override
	protected String url() {
		return "memcached://127.0.0.1:" + this.server.port();
	}

	@Override
	protected void kill(BackendSession session) {
		this.server.endSession(session.id());
	}

	@Override
	public int cycles() {
		return 1000;
	}

}
