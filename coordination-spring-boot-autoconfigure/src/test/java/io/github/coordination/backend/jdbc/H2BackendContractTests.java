package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.H2Server;

@Tag("h2")
class H2BackendContractTests extends JdbcBackendContract {

	@Override
	protected String url() {
		return H2Server.shared().url() + "?initialize-schema=always";
	}

	@Override
	Connection connect() {
		return H2Server.shared().connect();
	}

}
