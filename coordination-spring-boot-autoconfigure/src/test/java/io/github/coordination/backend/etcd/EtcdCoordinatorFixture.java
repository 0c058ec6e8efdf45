package io.github.coordination.backend.etcd;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.server.EtcdServer;
import io.github.coordination.spi.BackendSession;

/**
 * A namespace of its own on the shared server for each fixture.
 */
final class EtcdCoordinatorFixture extends CoordinatorFixture {

	private final EtcdServer server = EtcdServer.shared();

	@Override
	protected String url() {
		return this.server.url();
	}

	@Override
	protected void kill(BackendSession session) {
		this.server.revoke(session.id());
	}

	@Override
	public int cycles() {
		return 1000;
	}

}
