package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this build. It refuses to run as root, so root runs it as the
 * user the package made.
 */
public final class PostgreSqlServer extends DatabaseServer {

	private static final String FILES = "postgresql";

	private static final String SCRAM = "scram-sha-256";

	private static final Path PROGRAMS = Path.of("/usr/lib/postgresql");

	private static final String ACCOUNT = "postgres";

	private PostgreSqlServer(ServerProcess process, int port) {
		super("postgresql", process, port);
	}

	/**
	 * Return the server that all tests of this JVM share.
	 * @return the server, started when it is first asked for and stopped with the JVM
	 */
	public static PostgreSqlServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Start a server of the caller's own, in memory where there is room.
	 * @return the server, ready
	 */
	public static PostgreSqlServer start() {
		return start(DatabaseFiles.inMemory(FILES, ACCOUNT), SCRAM);
	}

	/**
	 * Start a server of a test's own that offers TLS.
	 * @param certificates the server's certificate
	 * @return the server, ready
	 */
	public static PostgreSqlServer start(Certificates certificates) {
		DatabaseFiles files = DatabaseFiles.inMemory(FILES, ACCOUNT);
		return start(files, SCRAM, "ssl=on", "ssl_key_file=" + files.copy(certificates.serverKey(), "key"),
				"ssl_cert_file=" + files.copy(certificates.server(), "certificate"),
				"listen_addresses=127.0.0.1,127.0.0.2");
	}

	private static PostgreSqlServer start(DatabaseFiles files, String authentication, String... settings) {
		Path programs = programs();
		Path data = files.createDirectory("data");
		Path password = files.write("password", NAME);
		int port = FreePorts.take();
		files.run(asAccount(List.of(programs.resolve("initdb").toString(), "--pgdata=" + data, "--username=" + NAME,
				"--pwfile=" + password, "--auth=" + authentication, "--encoding=UTF8", "--no-locale", "--no-sync")));
		List<String> command = new ArrayList<>(List.of(programs.resolve("postgres").toString(), "-D", data.toString(),
				"-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
				"-c", "max_connections=300"));
		for (String setting : settings) {
			command.addAll(List.of("-c", setting));
		}
		PostgreSqlServer server = new PostgreSqlServer(
				ServerProcess.start("PostgreSQL", files.directory(), asAccount(command)).awaitPort(port), port);
		server.process().await("database", () -> server.create(NAME));
		return server;
	}

	/** It listens before it accepts anybody. */
	private boolean create(String database) {
		try (Connection connection = connect("postgres"); Statement statement = connection.createStatement()) {
			statement.execute("create database " + database);
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/** The package's programs are in no directory of the path. */
	private static Path programs() {
		return installed().or(() -> {
			Executables.find("pg_ctlcluster", "postgresql-15");
			return installed();
		})
			.orElseThrow(() -> new IllegalStateException("There is no PostgreSQL server in " + PROGRAMS
					+ ", and tests need one. Run\n    sudo apt-get install -y --no-install-recommends postgresql-15"));
	}

	private static Optional<Path> installed() {
		if (!Files.isDirectory(PROGRAMS)) {
			return Optional.empty();
		}
		try (Stream<Path> versions = Files.list(PROGRAMS)) {
			return versions.map((version) -> version.resolve("bin"))
				.filter((programs) -> Files.isExecutable(programs.resolve("postgres")))
				.max(Comparator.comparingInt((programs) -> Integer.parseInt(programs.getName(3).toString())));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The program replaces setpriv, so that the process is the server's. */
	static List<String> asAccount(List<String> command) {
		List<String> all = new ArrayList<>();
		if (DatabaseFiles.IS_ROOT) {
			all.addAll(List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--init-groups"));
		}
		all.addAll(command);
		return all;
	}

	private static final class Shared {

		/** SCRAM would make its thousands of connections cost the tests minutes. */
		static final PostgreSqlServer SERVER = start(DatabaseFiles.inMemory(FILES, ACCOUNT), "md5");

	}

}
