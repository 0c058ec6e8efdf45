package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.RedisServer;

@Tag("redis")
class RedisMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return RedisServer.shared().url();
	}

}
