package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MariaDbServer;

@Tag("mariadb")
class MariaDbMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return MariaDbServer.shared().url() + "?initialize-schema=always";
	}

}
