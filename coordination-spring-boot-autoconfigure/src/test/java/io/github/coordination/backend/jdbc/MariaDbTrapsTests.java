package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbTrapsTests extends JdbcTrapsContract {

	@Override
	String url() {
		return MariaDbServer.shared().url();
	}

	@Override
	Connection connect() {
		return MariaDbServer.shared().connect();
	}

}
