package io.github.coordination.backend.etcd;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.EtcdServer;

@Tag("etcd")
class EtcdNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return EtcdServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return "etcd://127.0.0.1:" + port;
	}

}
