package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A ZooKeeper server, from the jars that Maven has, in a process of its own. Its tick is
 * short, so that sessions of a second are possible and dead ones are noticed soon.
 */
public final class ZooKeeperServer implements AutoCloseable {

	/**
	 * The server's tick; the shortest session is two of them.
	 */
	public static final Duration TICK = Duration.ofMillis(500);

	private final ServerProcess process;

	private final int port;

	ZooKeeperServer(ServerProcess process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the server that tests share; it is started when it is first asked for and
	 * ends with this JVM.
	 * @return the server, ready
	 */
	public static ZooKeeperServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Start a server of one's own.
	 * @param settings more lines of its configuration
	 * @return the server, ready
	 */
	public static ZooKeeperServer start(Map<String, String> settings) {
		return launch(ServerProcess.newDirectory("zookeeper"), FreePorts.take(), settings).awaitReady();
	}

	static ZooKeeperServer launch(Path directory, int port, Map<String, String> settings) {
		Map<String, String> lines = new LinkedHashMap<>();
		lines.put("tickTime", Long.toString(TICK.toMillis()));
		lines.put("dataDir", directory.resolve("data").toString());
		lines.put("clientPort", Integer.toString(port));
		lines.put("clientPortAddress", "127.0.0.1");
		lines.put("maxClientCnxns", "0");
		lines.put("minSessionTimeout", Long.toString(TICK.multipliedBy(2).toMillis()));
		lines.put("maxSessionTimeout", Long.toString(Duration.ofMinutes(30).toMillis()));
		lines.put("admin.enableServer", "false");
		lines.put("4lw.commands.whitelist", "*");
		lines.putAll(settings);
		try {
			StringBuilder text = new StringBuilder();
			lines.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
			Files.createDirectories(directory.resolve("data"));
			Files.writeString(directory.resolve("zoo.cfg"), text);
			Files.writeString(directory.resolve("logback.xml"), """
					<configuration>
						<appender name="out" class="ch.qos.logback.core.ConsoleAppender">
							<encoder><pattern>%d %level %logger{0} %msg%n</pattern></encoder>
						</appender>
						<root level="WARN"><appender-ref ref="out"/></root>
					</configuration>
					""");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData", "-Dzookeeper.forceSync=no",
				"-Dzookeeper.jmx.log4j.disable=true", "-Dznode.container.checkIntervalMs=2000",
				"-Dlogback.configurationFile=" + directory.resolve("logback.xml"), "-cp",
				System.getProperty("java.class.path"), "org.apache.zookeeper.server.quorum.QuorumPeerMain",
				directory.resolve("zoo.cfg").toString()));
		return new ZooKeeperServer(ServerProcess.start("zookeeper", directory, command), port);
	}

	/** Wait until it serves clients. */
	ZooKeeperServer awaitReady() {
		this.process.await("an answer to srvr", () -> status().contains("Mode: "));
		return this;
	}

	/**
	 * Return where clients connect to.
	 * @return host and port
	 */
	public String address() {
		return "127.0.0.1:" + this.port;
	}

	/**
	 * Return the client port.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return its process.
	 * @return the process
	 */
	public ServerProcess process() {
		return this.process;
	}

	/**
	 * Ask the server how it is.
	 * @return its answer to {@code srvr}, empty if it does not answer
	 */
	String status() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 1000);
			socket.setSoTimeout(1000);
			socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return "";
		}
	}

	@Override
	public void close() {
		this.process.close();
	}

	/** Started when it is first used. */
	private static final class Shared {

		static final ZooKeeperServer SERVER = start(Map.of());

	}

}
