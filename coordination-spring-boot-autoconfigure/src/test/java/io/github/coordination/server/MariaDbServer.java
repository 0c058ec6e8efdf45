package io.github.coordination.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A MariaDB server of this build. Root runs it as the user the package made.
 */
public final class MariaDbServer extends DatabaseServer {

	/** Makes the database and its user. */
	static final String SCRIPT = """
			create database if not exists %1$s;
			create user if not exists '%1$s'@'%%' identified by '%1$s';
			grant all on *.* to '%1$s'@'%%' with grant option;
			""".formatted(NAME);

	private static final String FILES = "mariadb";

	private static final String ACCOUNT = DatabaseFiles.IS_ROOT ? "mysql" : System.getProperty("user.name");

	private MariaDbServer(ServerProcess process, int port) {
		super("mariadb", process, port);
	}

	/**
	 * Return the server that all tests of this JVM share.
	 * @return the server, started when it is first asked for and stopped with the JVM
	 */
	public static MariaDbServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Start a server of the caller's own, in memory where there is room.
	 * @return the server, ready
	 */
	public static MariaDbServer start() {
		return start(DatabaseFiles.inMemory(FILES, ACCOUNT));
	}

	/**
	 * Start a server of a test's own that offers TLS.
	 * @param certificates the server's certificate
	 * @return the server, ready
	 */
	public static MariaDbServer start(Certificates certificates) {
		DatabaseFiles files = DatabaseFiles.inMemory(FILES, ACCOUNT);
		return start(files, "--ssl-key=" + files.copy(certificates.serverKey(), "key"),
				"--ssl-cert=" + files.copy(certificates.server(), "certificate"), "--bind-address=127.0.0.1,127.0.0.2");
	}

	private static MariaDbServer start(DatabaseFiles files, String... settings) {
		String program = Executables.find("mariadbd", "mariadb-server").toString();
		Path data = files.createDirectory("data");
		int port = FreePorts.take();
		Path script = files.write("init.sql", SCRIPT);
		files.run(List.of(Executables.find("mariadb-install-db", "mariadb-server").toString(), "--no-defaults",
				"--user=" + ACCOUNT, "--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-test-db",
				"--skip-log-bin"));
		List<String> command = new ArrayList<>(
				List.of(program, "--no-defaults", "--user=" + ACCOUNT, "--datadir=" + data, "--bind-address=127.0.0.1",
						"--port=" + port, "--socket=" + data.resolve("socket"), "--pid-file=" + data.resolve("pid"),
						"--init-file=" + script, "--max-connections=300", "--skip-name-resolve"));
		command.addAll(List.of(settings));
		MariaDbServer server = new MariaDbServer(
				ServerProcess.start("MariaDB", files.directory(), command).awaitPort(port), port);
		server.process().await("database", server::isReady);
		return server;
	}

	private static final class Shared {

		static final MariaDbServer SERVER = start(DatabaseFiles.inMemory(FILES, ACCOUNT));

	}

}
