package io.github.coordination.process;

import java.time.Duration;

import org.junit.jupiter.api.Tag;

import io.github.coordination.server.ZooKeeperServer;

@Tag("zookeeper")
class ZooKeeperMultiJvmTests extends MultiJvmContract {

	@Override
	protected String url() {
		return "zookeeper://" + ZooKeeperServer.shared().address() + "/processes";
	}

	@Override
	protected Duration ttl() {
		return Duration.ofSeconds(4);
	}

	@Override
	protected int rounds() {
		return 4;
	}

}
