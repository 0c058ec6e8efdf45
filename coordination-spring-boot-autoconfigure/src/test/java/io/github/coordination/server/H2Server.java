package io.github.coordination.server;

import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * An H2 server of this build in a process of its own, reached over TCP.
 */
public final class H2Server implements AutoCloseable {

	private final ServerProcess process;

	private final int port;

	private H2Server(ServerProcess process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the server that all tests of this JVM share.
	 * @return the server, started when it is first asked for and stopped with the JVM
	 */
	public static H2Server shared() {
		return Shared.SERVER;
	}

	/**
	 * Return the url of its database, which is in its memory.
	 * @return the url, without options of this library
	 */
	public String url() {
		return "jdbc:h2:tcp://127.0.0.1:" + this.port + "/mem:coordination;DB_CLOSE_DELAY=-1";
	}

	/**
	 * Connect to its database, past all backends.
	 * @return a new connection
	 */
	public Connection connect() {
		try {
			return DriverManager.getConnection(url());
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.process.close();
	}

	private static H2Server start() {
		int port = FreePorts.take();
		String jar = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((path) -> Path.of(path).getFileName().toString().startsWith("h2-"))
			.findFirst()
			.orElseThrow();
		List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
				"-XX:+UseSerialGC", "-cp", jar, "org.h2.tools.Server", "-tcp", "-tcpPort", Integer.toString(port),
				"-ifNotExists");
		H2Server server = new H2Server(
				ServerProcess.start("H2", ServerProcess.newDirectory("h2"), command).awaitPort(port), port);
		// the first connection takes by far the longest: classes of two JVMs are loaded
		try (Connection connection = server.connect()) {
			connection.createStatement().execute("select 1");
		}
		catch (SQLException ex) {
			server.close();
			throw new IllegalStateException(ex);
		}
		return server;
	}

	private static final class Shared {

		static final H2Server SERVER = start();

	}

}
