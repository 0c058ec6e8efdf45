package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return MariaDbServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return MariaDbServer.shared().url(port) + "?initialize-schema=always";
	}

}
