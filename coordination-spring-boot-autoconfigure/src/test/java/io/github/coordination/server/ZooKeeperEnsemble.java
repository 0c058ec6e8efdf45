package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A ZooKeeper of three servers on this machine. If it is divisible, each reaches the
 * others, when they lead, through stretches of network of its own, which can fall silent;
 * they elect their leader directly.
 */
public final class ZooKeeperEnsemble implements AutoCloseable {

	private static final int SIZE = 3;

	private final List<ZooKeeperServer> servers = new ArrayList<>();

	/** The ways of each server to the others, by the server. */
	private final List<List<TcpProxy>> ways = new ArrayList<>();

	private ZooKeeperEnsemble(boolean divisible) {
		List<Integer> ports = FreePorts.take(3 * SIZE);
		List<Integer> leading = ports.subList(0, SIZE);
		List<Integer> electing = ports.subList(SIZE, 2 * SIZE);
		List<Integer> serving = ports.subList(2 * SIZE, 3 * SIZE);
		for (int i = 0; i < SIZE; i++) {
			List<TcpProxy> ways = new ArrayList<>();
			Map<String, String> settings = new LinkedHashMap<>();
			// a follower that is earlier than its leader is cut off by the proxy between
			// them instead of being refused, so that both begin again after this time
			settings.put("initLimit", divisible ? "6" : "20");
			// for so many ticks a follower serves though its leader is silent: what
			// clients believe meanwhile is tested
			settings.put("syncLimit", "60");
			for (int other = 0; other < SIZE; other++) {
				int port = leading.get(other);
				if (divisible && other != i) {
					TcpProxy way = TcpProxy.to(port);
					ways.add(way);
					port = way.port();
				}
				settings.put("server." + (other + 1), "127.0.0.1:" + port + ":" + electing.get(other));
			}
			this.ways.add(ways);
			this.servers.add(ZooKeeperServer.launch(newDirectory(i + 1), serving.get(i), settings));
		}
	}

	/**
	 * Start an ensemble and wait until all servers serve clients.
	 * @return the ensemble
	 */
	public static ZooKeeperEnsemble start() {
		return new ZooKeeperEnsemble(false).awaitReady();
	}

	/**
	 * Start an ensemble whose followers can be cut off, and wait until all servers serve
	 * clients. Elections take longer in it.
	 * @return the ensemble
	 */
	public static ZooKeeperEnsemble startDivisible() {
		return new ZooKeeperEnsemble(true).awaitReady();
	}

	/**
	 * Wait until all servers serve clients; they must all be running.
	 * @return this ensemble
	 */
	public ZooKeeperEnsemble awaitReady() {
		this.servers.forEach(ZooKeeperServer::awaitReady);
		return this;
	}

	/**
	 * Return where clients connect to.
	 * @return hosts and ports of all servers
	 */
	public String addresses() {
		return this.servers.stream().map(ZooKeeperServer::address).collect(Collectors.joining(","));
	}

	/**
	 * Return where clients of all servers but one connect to.
	 * @param index the number of the one
	 * @return hosts and ports
	 */
	public String addressesWithout(int index) {
		return IntStream.range(0, SIZE)
			.filter((i) -> i != index)
			.mapToObj((i) -> server(i).address())
			.collect(Collectors.joining(","));
	}

	/**
	 * Return a server.
	 * @param index its number
	 * @return the server
	 */
	public ZooKeeperServer server(int index) {
		return this.servers.get(index % SIZE);
	}

	/**
	 * Ask the servers who leads.
	 * @return the leader's number, {@code -1} if nobody says that it leads
	 */
	public int leader() {
		for (int i = 0; i < SIZE; i++) {
			if (server(i).status().contains("Mode: leader")) {
				return i;
			}
		}
		return -1;
	}

	/**
	 * Let the ways between a follower and its leader fall silent. Nobody is told.
	 * @param follower its number
	 */
	public void cutOff(int follower) {
		for (TcpProxy way : this.ways.get(follower)) {
			way.drop(TcpProxy.Direction.values());
		}
	}

	/**
	 * Let a follower that was cut off find its leader again.
	 * @param follower its number
	 */
	public void heal(int follower) {
		for (TcpProxy way : this.ways.get(follower)) {
			// what was swallowed is missing in the connections that are open
			way.refuse();
			way.pass();
		}
	}

	@Override
	public void close() {
		this.servers.forEach(ZooKeeperServer::close);
		this.ways.forEach((ways) -> ways.forEach(TcpProxy::close));
	}

	private static Path newDirectory(int id) {
		try {
			Path directory = ServerProcess.newDirectory("zookeeper-" + id);
			Files.createDirectories(directory.resolve("data"));
			Files.writeString(directory.resolve("data/myid"), Integer.toString(id));
			return directory;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
