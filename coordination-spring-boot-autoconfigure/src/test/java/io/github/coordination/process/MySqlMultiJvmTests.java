package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MySqlServer;

@Tag("mysql")
class MySqlMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return MySqlServer.shared().url() + "?initialize-schema=always";
	}

}
