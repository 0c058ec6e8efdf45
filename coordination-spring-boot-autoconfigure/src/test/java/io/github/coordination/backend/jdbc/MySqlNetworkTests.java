package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return MySqlServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return MySqlServer.shared().url(port) + "?initialize-schema=always";
	}

}
