package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A MariaDB server of this build, with the durability it has by default. Root runs it as
 * the user the package made.
 */
public final class MariaDbServer implements AutoCloseable {

	/** The name of the database and of its user, and the user's password. */
	public static final String NAME = "coordination";

	private static final Path MEMORY = Path.of("/dev/shm");

	private static final long ROOM = 1L << 30;

	private static final String ACCOUNT = "root".equals(System.getProperty("user.name")) ? "mysql"
			: System.getProperty("user.name");

	private final ServerProcess process;

	private final int port;

	private MariaDbServer(ServerProcess process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the server that all tests of this JVM share.
	 * @return the server, started when it is first asked for and stopped with the JVM
	 */
	public static MariaDbServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Start a server of the caller's own, which writes to a disk.
	 * @return the server, ready
	 */
	public static MariaDbServer start() {
		return start(open(ServerProcess.newDirectory("mariadb")));
	}

	/**
	 * Start a server of a test's own that offers TLS.
	 * @param certificates the server's certificate
	 * @return the server, ready
	 */
	public static MariaDbServer start(Certificates certificates) {
		Path directory = open(inMemory());
		try {
			Path key = Files.copy(certificates.serverKey(), directory.resolve("key"));
			Path certificate = Files.copy(certificates.server(), directory.resolve("certificate"));
			own(key);
			own(certificate);
			return start(directory, "--ssl-key=" + key, "--ssl-cert=" + certificate,
					"--bind-address=127.0.0.1,127.0.0.2");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static MariaDbServer start(Path directory, String... settings) {
		String program = Executables.find("mariadbd", "mariadb-server").toString();
		Path data = directory.resolve("data");
		int port = ServerProcess.freePort();
		try {
			Files.createDirectory(data);
			own(data);
			Files.writeString(directory.resolve("init.sql"), """
					create database if not exists %1$s;
					create user if not exists '%1$s'@'%%' identified by '%1$s';
					grant all on *.* to '%1$s'@'%%' with grant option;
					""".formatted(NAME));
			Files.setPosixFilePermissions(directory.resolve("init.sql"), PosixFilePermissions.fromString("rw-r--r--"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		run(directory,
				List.of(Executables.find("mariadb-install-db", "mariadb-server").toString(), "--no-defaults",
						"--user=" + ACCOUNT, "--datadir=" + data, "--auth-root-authentication-method=normal",
						"--skip-test-db", "--skip-log-bin"));
		List<String> command = new ArrayList<>(List.of(program, "--no-defaults", "--user=" + ACCOUNT,
				"--datadir=" + data, "--bind-address=127.0.0.1", "--port=" + port, "--socket=" + data.resolve("socket"),
				"--pid-file=" + data.resolve("pid"), "--init-file=" + directory.resolve("init.sql"),
				"--max-connections=300", "--skip-name-resolve"));
		command.addAll(List.of(settings));
		MariaDbServer server = new MariaDbServer(ServerProcess.start("MariaDB", directory, command).awaitPort(port),
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
		return "mariadb://" + NAME + ":" + NAME + "@127.0.0.1:" + port + "/" + NAME;
	}

	/**
	 * Connect to its database, past all backends.
	 * @return a new connection
	 */
	public Connection connect() {
		try {
			return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + this.port + "/" + NAME, NAME, NAME);
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

	/** In memory where there is room: every commit is forced to the disk. */
	private static Path inMemory() {
		try {
			return (MEMORY.toFile().getUsableSpace() > ROOM)
					? Files.createTempDirectory(MEMORY, "coordination-mariadb-")
					: ServerProcess.newDirectory("mariadb");
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

	private static void own(Path file) throws IOException {
		Files.setOwner(file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(ACCOUNT));
	}

	private boolean isReady() {
		try (Connection connection = connect()) {
			return connection.isValid(1);
		}
		catch (IllegalStateException | SQLException ex) {
			return false;
		}
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

		static final MariaDbServer SERVER = start(open(inMemory()));

	}

}
