package io.github.coordination.benchmarks.scenario.memcached;

import java.net.URI;
import java.util.List;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;
import io.github.coordination.server.MemcachedServer;

/**
 * One memcached server. Its requests are the commands on items that it has carried out,
 * each key of a multiple get counted by itself.
 */
public final class MemcachedStore implements Store {

	private static final List<String> COMMANDS = List.of("STAT cmd_get ", "STAT cmd_set ", "STAT cmd_touch ",
			"STAT delete_hits ", "STAT delete_misses ");

	@Override
	public String name() {
		return "memcached";
	}

	@Override
	public List<Contender> contenders() {
		return List.of(new MemcachedContender(), new CoordinatorContender());
	}

	@Override
	public Server start() {
		MemcachedServer server = MemcachedServer.start();
		return new Server("memcached://127.0.0.1:" + server.port(), server);
	}

	@Override
	public long requests(String url) throws Exception {
		try (MemcachedLine line = new MemcachedLine(URI.create(url))) {
			long count = 0;
			String answer = line.ask("stats\r\n");
			while (!answer.equals("END")) {
				if (COMMANDS.stream().anyMatch(answer::startsWith)) {
					count += Long.parseLong(answer.substring(answer.lastIndexOf(' ') + 1));
				}
				answer = line.next();
			}
			return count;
		}
	}

}
