package io.github.coordination.benchmarks.scenario.consul;

import java.util.List;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.ConsulServer;

/**
 * One Consul server that keeps everything in memory. No client for Java that is still
 * kept has locks to compare with.
 */
public final class ConsulStore implements Store {

	@Override
	public String name() {
		return "consul";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new BareContender(), new CoordinatorContender());
	}

	@Override
	public Server start() {
		ConsulServer server = ConsulServer.start("{}");
		return new Server("consul://127.0.0.1:" + server.port(), server);
	}

}
