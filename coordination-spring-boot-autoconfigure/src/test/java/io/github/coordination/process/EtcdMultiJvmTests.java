package io.github.coordination.process;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.EtcdServer;

@Tag("etcd")
class EtcdMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return "etcd://127.0.0.1:" + EtcdServer.shared().port();
	}

}
