package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbTrapsTests extends InnoDbTrapsContract {

	@Override
	String url() {
		return MariaDbServer.shared().url();
	}

	@Override
	Connection connect() {
		return MariaDbServer.shared().connect();
	}

	@Override
	String patience() {
		return "set innodb_lock_wait_timeout = 60, max_statement_time = 0";
	}

	@Override
	String mode() {
		return "SIMULTANEOUS_ASSIGNMENT,ANSI_QUOTES";
	}

}
