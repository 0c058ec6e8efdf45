package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.MemcachedServer;

@Tag("memcached")
class MemcachedMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return "memcached://127.0.0.1:" + MemcachedServer.shared().port();
	}

}
