package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Redis master with a replica, and three Sentinels that promote the replica when the
 * master is gone.
 */
public final class RedisSentinels implements AutoCloseable {

	/**
	 * What the Sentinels call the master.
	 */
	public static final String MASTER = "mymaster";

	private final RedisServer master;

	private final RedisServer replica;

	private final List<ServerProcess> sentinels = new ArrayList<>();

	private final List<Integer> ports = new ArrayList<>();

	private RedisSentinels(RedisServer master, RedisServer replica) {
		this.master = master;
		this.replica = replica;
	}

	/**
	 * Start the servers.
	 * @return the group, ready for a failover
	 */
	public static RedisSentinels start() {
		RedisServer master = RedisServer.start();
		RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1 " + master.port());
		RedisSentinels group = new RedisSentinels(master, replica);
		replica.process()
			.await("replication", () -> replica.run("INFO", "replication").contains("master_link_status:up"));
		for (int i = 0; i < 3; i++) {
			group.startSentinel();
		}
		for (int i = 0; i < 3; i++) {
			int port = group.ports.get(i);
			group.sentinels.get(i).await("the other sentinels and the replica", () -> {
				String info = RedisServer.run(port, "INFO", "sentinel");
				return info.contains("slaves=1,sentinels=3") && info.contains("status=ok");
			});
		}
		return group;
	}

	/**
	 * Return the url of the group.
	 * @return the url, without options
	 */
	public String url() {
		return "redis-sentinel://"
				+ this.ports.stream().map((port) -> "127.0.0.1:" + port).collect(Collectors.joining(",")) + "/"
				+ MASTER;
	}

	/**
	 * Return the server that was the master at the beginning.
	 * @return the master
	 */
	public RedisServer master() {
		return this.master;
	}

	/**
	 * Return the server that takes over.
	 * @return the replica
	 */
	public RedisServer replica() {
		return this.replica;
	}

	@Override
	public void close() {
		this.sentinels.forEach(ServerProcess::close);
		this.replica.close();
		this.master.close();
	}

	private void startSentinel() {
		int port = FreePorts.take();
		Path directory = ServerProcess.newDirectory("redis-sentinel");
		Path configuration = directory.resolve("sentinel.conf");
		try {
			Files.writeString(configuration, """
					port %d
					bind 127.0.0.1
					sentinel monitor %s 127.0.0.1 %d 2
					sentinel down-after-milliseconds %s 1000
					sentinel failover-timeout %s 5000
					sentinel parallel-syncs %s 1
					""".formatted(port, MASTER, this.master.port(), MASTER, MASTER, MASTER));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.ports.add(port);
		this.sentinels.add(
				ServerProcess
					.start("redis-sentinel", directory,
							List.of(Executables.find("redis-server", "redis-server").toString(),
									configuration.toString(), "--sentinel"))
					.awaitPort(port));
	}

}
