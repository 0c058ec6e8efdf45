package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this build, with the durability it has by default. It refuses to
 * run as root, so root runs it as the user the package made.
 */
public final class PostgreSqlServer implements AutoCloseable {

	/** The name of the database and of its owner, and the owner's password. */
	public static final String NAME = "coordination";

	private static final Path MEMORY = Path.of("/dev/shm");

	private static final long ROOM = 1L << 30;

	private static final String SCRAM = "scram-sha-256";

	private static final Path PROGRAMS = Path.of("/usr/lib/postgresql");

	private static final String ACCOUNT = "postgres";

	private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

	private final ServerProcess process;

	private final int port;

	private PostgreSqlServer(ServerProcess process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the server that all tests of this JVM share.
	 * @return the server, started when it is first asked for and stopped with the JVM
	 */
	public static PostgreSqlServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Start a server of the caller's own, which writes to a disk.
	 * @return the server, ready
	 */
	public static PostgreSqlServer start() {
		return start(open(ServerProcess.newDirectory("postgresql")), SCRAM);
	}

	/**
	 * Start a server of a test's own that offers TLS.
	 * @param certificates the server's certificate
	 * @return the server, ready
	 */
	public static PostgreSqlServer start(Certificates certificates) {
		Path directory = open(inMemory());
		Path key = directory.resolve("key");
		try {
			Files.copy(certificates.serverKey(), key);
			Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
			Path certificate = Files.copy(certificates.server(), directory.resolve("certificate"));
			own(key, certificate);
			return start(directory, SCRAM, "ssl=on", "ssl_key_file=" + key, "ssl_cert_file=" + certificate,
					"listen_addresses=127.0.0.1,127.0.0.2");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static PostgreSqlServer start(Path directory, String authentication, String... settings) {
		Path programs = programs();
		Path data = directory.resolve("data");
		Path password = directory.resolve("password");
		int port = ServerProcess.freePort();
		try {
			Files.createDirectory(data);
			Files.writeString(password, NAME);
			own(data, password);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		run(directory,
				asAccount(List.of(programs.resolve("initdb").toString(), "--pgdata=" + data, "--username=" + NAME,
						"--pwfile=" + password, "--auth=" + authentication, "--encoding=UTF8", "--no-locale",
						"--no-sync")));
		List<String> command = new ArrayList<>(List.of(programs.resolve("postgres").toString(), "-D", data.toString(),
				"-p", Integer.toString(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
				"-c", "max_connections=300"));
		for (String setting : settings) {
			command.addAll(List.of("-c", setting));
		}
		PostgreSqlServer server = new PostgreSqlServer(
				ServerProcess.start("PostgreSQL", directory, asAccount(command)).awaitPort(port), port);
		server.process.await("database", () -> server.create(NAME));
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
		return "postgresql://" + NAME + ":" + NAME + "@127.0.0.1:" + port + "/" + NAME;
	}

	/**
	 * Connect to its database, past all backends.
	 * @return a new connection
	 */
	public Connection connect() {
		try {
			return connect(NAME);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the process.
	 * @return the process, to stop, pause and restart it
	 */
	public ServerProcess process() {
		return this.process;
	}

	@Override
	public void close() {
		this.process.close();
	}

	private Connection connect(String database) throws SQLException {
		return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + this.port + "/" + database, NAME, NAME);
	}

	/** In memory where there is room: every commit is forced to the disk. */
	private static Path inMemory() {
		try {
			return (MEMORY.toFile().getUsableSpace() > ROOM)
					? Files.createTempDirectory(MEMORY, "coordination-postgresql-")
					: ServerProcess.newDirectory("postgresql");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Let the account of the package go there, but see nothing else. */
	private static Path open(Path directory) {
		try {
			return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void own(Path... files) throws IOException {
		for (Path file : files) {
			if (IS_ROOT) {
				Files.setOwner(file,
						file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT));
			}
		}
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
		if (IS_ROOT) {
			all.addAll(List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--init-groups"));
		}
		all.addAll(command);
		return all;
	}

	private static void run(Path directory, List<String> command) {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(directory.resolve("log").toFile())
				.start();
			if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
				process.destroyForcibly();
				throw new IllegalStateException(command + " failed:\n" + Files.readString(directory.resolve("log")));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted", ex);
		}
	}

	private static final class Shared {

		/** SCRAM would make its thousands of connections cost the tests minutes. */
		static final PostgreSqlServer SERVER = start(open(inMemory()), "md5");

	}

}
