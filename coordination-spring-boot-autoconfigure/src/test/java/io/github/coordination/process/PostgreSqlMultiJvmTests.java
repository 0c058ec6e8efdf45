package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.PostgreSqlServer;

@Tag("postgresql")
class PostgreSqlMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return PostgreSqlServer.shared().url() + "?initialize-schema=always";
	}

}
