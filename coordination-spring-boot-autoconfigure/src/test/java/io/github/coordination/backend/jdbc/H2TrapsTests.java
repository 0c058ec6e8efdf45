package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.H2Server;

@Tag("h2")
class H2TrapsTests extends JdbcTrapsContract {

	@Override
	String url() {
		return H2Server.shared().url();
	}

	@Override
	Connection connect() {
		return H2Server.shared().connect();
	}

}
