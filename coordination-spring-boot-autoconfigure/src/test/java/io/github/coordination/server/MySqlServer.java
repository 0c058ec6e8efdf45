package io.github.coordination.server;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A MySQL server of this build. Debian has it in no release, only among what may become
 * one.
 */
public final class MySqlServer extends DatabaseServer {

	private static final String ACCOUNT = System.getProperty("user.name");

	private MySqlServer(ServerProcess process, int port) {
		super("mysql", process, port);
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
		Path script = files.write("init.sql", MariaDbServer.SCRIPT);
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
		server.process().await("database", server::isReady);
		return server;
	}

	private static final class Shared {

		static final MySqlServer SERVER = start();

	}

}
