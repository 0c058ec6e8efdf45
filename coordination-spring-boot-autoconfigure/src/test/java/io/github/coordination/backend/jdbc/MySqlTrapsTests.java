package io.github.coordination.backend.jdbc;

import java.sql.Connection;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlTrapsTests extends InnoDbTrapsContract {

	@Override
	String url() {
		return MySqlServer.shared().url();
	}

	@Override
	Connection connect() {
		return MySqlServer.shared().connect();
	}

	@Override
	String patience() {
		return "set innodb_lock_wait_timeout = 60";
	}

	@Override
	String mode() {
		return "ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH";
	}

}
