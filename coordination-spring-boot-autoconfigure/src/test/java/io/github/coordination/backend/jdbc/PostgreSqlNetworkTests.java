package io.github.coordination.backend.jdbc;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.NetworkContract;
import io.github.coordination.server.PostgreSqlServer;

@Tag("postgresql")
class PostgreSqlNetworkTests extends NetworkContract {

	@Override
	protected int serverPort() {
		return PostgreSqlServer.shared().port();
	}

	@Override
	protected String url(int port) {
		return PostgreSqlServer.shared().url(port) + "?initialize-schema=always";
	}

}
