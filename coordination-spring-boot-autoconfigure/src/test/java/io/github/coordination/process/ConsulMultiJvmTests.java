package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.ConsulServer;

@Tag("consul")
class ConsulMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return "consul://127.0.0.1:" + ConsulServer.shared().port();
	}

}
