package io.github.coordination.backend.zookeeper;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.ZooKeeperServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.ExpiringBackendContract;

@Tag("zookeeper")
class ZooKeeperBackendContractTests extends ExpiringBackendContract {

	private BackendConfig config;

	@Override
	protected String url() {
		return "zookeeper://" + ZooKeeperServer.shared().address() + "/contract";
	}

	@Override
	protected CoordinationBackend createBackend(BackendConfig config) {
		this.config = config;
		return new ZooKeeperBackendProvider().create(config);
	}

	@Override
	protected void killSession(BackendSession session) {
		Sessions.kill(ZooKeeperServer.shared(), session);
	}

	@Override
	public void plantForeignEntry(Directory directory) {
		String path = Layout.of("/contract", this.config.namespace()).directory(directory);
		Sessions.plant(ZooKeeperServer.shared(), path + "/foreign", path + "/a.b", path + "/a.b.c.0000000001",
				path + "/%zz");
	}

	@Override
	public int cycles() {
		return 2_000;
	}

}
