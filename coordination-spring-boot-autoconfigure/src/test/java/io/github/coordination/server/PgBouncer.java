package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A PgBouncer in front of a PostgreSQL server. It asks nobody for a password.
 */
public final class PgBouncer implements AutoCloseable {

	private final ServerProcess process;

	private final String url;

	private PgBouncer(ServerProcess process, String url) {
		this.process = process;
		this.url = url;
	}

	/**
	 * Start a proxy.
	 * @param server the server behind it
	 * @param mode what it pools: {@code session} or {@code transaction}
	 * @return the proxy, ready
	 */
	public static PgBouncer start(PostgreSqlServer server, String mode) {
		String program = Executables.find("pgbouncer", "pgbouncer").toString();
		Path directory = ServerProcess.newDirectory("pgbouncer");
		int port = FreePorts.take();
		try {
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
			Path settings = Files.writeString(directory.resolve("pgbouncer.ini"), """
					[databases]
					%1$s = host=127.0.0.1 port=%2$d user=%1$s password=%1$s
					[pgbouncer]
					listen_addr = 127.0.0.1
					listen_port = %3$d
					unix_socket_dir =
					auth_type = any
					pool_mode = %4$s
					ignore_startup_parameters = extra_float_digits
					""".formatted(PostgreSqlServer.NAME, server.port(), port, mode));
			Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
			List<String> command = PostgreSqlServer.asAccount(List.of(program, settings.toString()));
			return new PgBouncer(ServerProcess.start("PgBouncer", directory, command).awaitPort(port),
					server.url(port));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the url of the database behind it.
	 * @return the url with user and password, without options
	 */
	public String url() {
		return this.url;
	}

	@Override
	public void close() {
		this.process.close();
	}

}
