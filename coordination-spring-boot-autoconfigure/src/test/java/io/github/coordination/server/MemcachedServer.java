package io.github.coordination.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A memcached server of its own, and a client of it that shares nothing with the one
 * under test.
 */
public final class MemcachedServer implements AutoCloseable {

	private static MemcachedServer shared;

	private final int port = FreePorts.take();

	private final ServerProcess process;

	private MemcachedServer(Path directory, List<String> arguments) {
		List<String> command = new ArrayList<>(
				List.of(Executables.find("memcached", "memcached").toString(), "-l", "127.0.0.1", "-p",
						Integer.toString(this.port), "-U", "0", "-u", System.getProperty("user.name"), "-t", "2"));
		command.addAll(arguments);
		this.process = ServerProcess.start("memcached", directory, command).awaitPort(this.port);
	}

	/**
	 * Return the server that all tests of this JVM share, started when first asked for.
	 * @return the server
	 */
	public static synchronized MemcachedServer shared() {
		if (shared == null) {
			shared = start();
		}
		return shared;
	}

	/**
	 * Start a server.
	 * @param arguments further arguments of it
	 * @return the server
	 */
	public static MemcachedServer start(String... arguments) {
		return new MemcachedServer(ServerProcess.newDirectory("memcached"), List.of(arguments));
	}

	/**
	 * Start a server that knows one user.
	 * @param user the user
	 * @param password the password
	 * @return the server; its own client cannot speak to it
	 */
	public static MemcachedServer startGuarded(String user, String password) {
		Path directory = ServerProcess.newDirectory("memcached");
		try {
			Path users = Files.writeString(directory.resolve("users"), user + ":" + password + "\n");
			return new MemcachedServer(directory, List.of("-Y", users.toString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Start a server that speaks TLS and asks clients for a certificate.
	 * @param certificates what it shows, and whom it trusts
	 * @return the server; its own client cannot speak to it
	 */
	public static MemcachedServer start(Certificates certificates) {
		return start("-Z", "-o", "ssl_chain_cert=" + certificates.server(), "-o", "ssl_key=" + certificates.serverKey(),
				"-o", "ssl_ca_cert=" + certificates.ca(), "-o", "ssl_verify_mode=2");
	}

	/**
	 * Return where clients connect to.
	 * @return its port on 127.0.0.1
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return the process.
	 * @return the process
	 */
	public ServerProcess process() {
		return this.process;
	}

	/**
	 * End a session as if it had expired.
	 * @param sessionId the session's id
	 */
	public void endSession(String sessionId) {
		ask("delete c/.session/" + sessionId);
	}

	/**
	 * Send a command.
	 * @param command the command, with its value behind a line break if it has one
	 * @return the lines of the answer
	 */
	public List<String> ask(String command) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
			BufferedReader reader = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
			List<String> lines = new ArrayList<>();
			String line = reader.readLine();
			while (line != null) {
				lines.add(line);
				boolean goesOn = line.startsWith("VALUE ") || line.startsWith("STAT ") || line.startsWith("ITEM ");
				boolean isValue = lines.size() > 1 && lines.get(lines.size() - 2).startsWith("VALUE ");
				line = (goesOn || isValue) ? reader.readLine() : null;
			}
			return lines;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.close();
	}

}
