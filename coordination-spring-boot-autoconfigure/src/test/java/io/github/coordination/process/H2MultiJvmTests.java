package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.H2Server;

@Tag("h2")
class H2MultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return H2Server.shared().url() + "?initialize-schema=always";
	}

}
