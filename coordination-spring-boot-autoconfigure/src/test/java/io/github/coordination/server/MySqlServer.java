package io.github.coordination.server;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A MySQL server of this build, with the durability it has by default. Debian has it in
 * no release, only among what may become one.
 */
public final class MySqlServer {

	/** The name of the database and of its user, and the user's password. */
	public static final String NAME = "coordination";

	private static final String ACCOUNT = System.getProperty("user.name");

	private final ServerProcess process;

	private final int port;

	private MySqlServer(ServerProcess process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the server that all tests of this JVM share.
	 * @return the server, started when it is first asked for and stopped with the JVM
	 */
	public static MySqlServer shared() {
		return Shared.SERVER;
	}

	private static MySqlServer start() {
		DatabaseFiles files = DatabaseFiles.inMemory("mysql", ACCOUNT);
		List<String> program = Executables.command("mysqld", "mysql-server-core", "sid");
		Path base = Path.of(program.get(program.size() - 1)).getParent().resolveSibling("");
		Path data = files.createDirectory("data");
		Path script = files.write("init.sql", """
				create database if not exists %1$s;
				create user if not exists '%1$s'@'%%' identified by '%1$s';
				grant all on *.* to '%1$s'@'%%' with grant option;
				""".formatted(NAME));
		int port = FreePorts.take();
		List<String> settings = List.of("--no-defaults", "--user=" + ACCOUNT, "--basedir=" + base, "--datadir=" + data,
				"--secure-file-priv=NULL");
		files.run(Stream.of(program, settings, List.of("--initialize-insecure")).flatMap(List::stream).toList());
		List<String> command = Stream
			.of(program, settings,
					List.of("--bind-address=127.0.0.1", "--port=" + port, "--mysqlx=OFF",
							"--socket=" + data.resolve("socket"), "--pid-file=" + data.resolve("pid"),
							"--init-file=" + script, "--max-connections=300", "--skip-name-resolve"))
			.flatMap(List::stream)
			.toList();
		MySqlServer server = new MySqlServer(ServerProcess.start("MySQL", files.directory(), command).awaitPort(port),
				port);
		server.process.await("database", server::isReady);
		return server;
	}

	/**
	 * Return the port it listens on.
	 * @return the port on 127.0.0.1
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return the url of its database.
	 * @return the url with user and password, without options
	 */
	public String url() {
		return url(this.port);
	}

	/**
	 * Return the url of its database as seen through another port.
	 * @param port the port of a proxy
	 * @return the url with user and password, without options
	 */
	public static String url(int port) {
		return "mysql://" + NAME + ":" + NAME + "@127.0.0.1:" + port + "/" + NAME;
	}

	/**
	 * Connect to its database, past all backends.
	 * @return a new connection
	 */
	public Connection connect() {
		try {
			return DriverManager.getConnection("jdbc:mysql://127.0.0.1:" + this.port + "/" + NAME, NAME, NAME);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean isReady() {
		try (Connection connection = connect()) {
			return connection.isValid(1);
		}
		catch (IllegalStateException | SQLException ex) {
			return false;
		}
	}

	private static final class Shared {

		static final MySqlServer SERVER = start();

	}

}
