package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbBackendContractTests extends JdbcBackendContract {

	@Override
	protected String url() {
		return MariaDbServer.shared().url() + "?initialize-schema=always";
	}

	@Override
	Connection connect() {
		return MariaDbServer.shared().connect();
	}

}
