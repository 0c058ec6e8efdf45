package io.github.coordination.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Redis server of the build, with a raw connection for what the tests do behind a
 * backend's back.
 */
public final class RedisServer implements AutoCloseable {

	private final ServerProcess process;

	private final int port;

	private RedisServer(ServerProcess process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Return the server that all tests of this JVM share. It keeps nothing on the disk.
	 * @return the server, started when it is first asked for and stopped with the JVM
	 */
	public static RedisServer shared() {
		return Shared.SERVER;
	}

	/**
	 * Start a server of a test's own.
	 * @param settings more arguments of {@code redis-server}, such as
	 * {@code --appendonly}, {@code yes}
	 * @return the server, ready
	 */
	public static RedisServer start(String... settings) {
		int port = FreePorts.take();
		List<String> command = new ArrayList<>(List.of(Executables.find("redis-server", "redis-server").toString(),
				"--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"));
		command.addAll(List.of(settings));
		Path directory = ServerProcess.newDirectory("redis");
		ServerProcess process = ServerProcess.start("redis-server", directory, command).awaitPort(port);
		return new RedisServer(process, port);
	}

	/**
	 * Start a server that speaks TLS at its port and asks clients for a certificate.
	 * @param certificates what it shows, and whom it trusts
	 * @return the server, ready
	 */
	public static RedisServer start(Certificates certificates) {
		int port = FreePorts.take();
		RedisServer plain = start("--tls-port", Integer.toString(port), "--tls-ca-cert-file",
				certificates.ca().toString(), "--tls-cert-file", certificates.server().toString(), "--tls-key-file",
				certificates.serverKey().toString());
		return new RedisServer(plain.process().awaitPort(port), port);
	}

	/**
	 * Return the port it listens on.
	 * @return the port on 127.0.0.1
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Return the server's url.
	 * @return the url, without options
	 */
	public String url() {
		return "redis://127.0.0.1:" + this.port;
	}

	/**
	 * Return the process.
	 * @return the process, to stop, pause and restart it
	 */
	public ServerProcess process() {
		return this.process;
	}

	/**
	 * Run a command on a connection of its own.
	 * @param words the command's words
	 * @return the answer as it was sent
	 */
	public String run(String... words) {
		return run(this.port, words);
	}

	@Override
	public void close() {
		this.process.close();
	}

	/** Run a command on a server, and return its answer as it was sent. */
	static String run(int port, String... words) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout(10_000);
			ByteArrayOutputStream request = new ByteArrayOutputStream();
			write(request, words);
			socket.getOutputStream().write(request.toByteArray());
			StringBuilder answer = new StringBuilder();
			read(new BufferedInputStream(socket.getInputStream()), answer);
			return answer.toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void write(ByteArrayOutputStream request, String... words) {
		request.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.UTF_8));
		for (String word : words) {
			byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
			request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
			request.writeBytes(bytes);
			request.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
		}
	}

	/** Append an answer as it was sent: a line, and what the line says that follows. */
	private static void read(InputStream in, StringBuilder answer) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = in.read(); next != '\n'; next = in.read()) {
			if (next < 0) {
				throw new EOFException(answer + "" + line);
			}
			line.append((char) next);
		}
		answer.append(line).append('\n');
		int length = "$*".indexOf(line.charAt(0)) >= 0 ? Integer.parseInt(line.substring(1).trim()) : -1;
		if (line.charAt(0) == '$' && length >= 0) {
			answer.append(new String(in.readNBytes(length + 2), StandardCharsets.UTF_8));
		}
		for (int i = 0; line.charAt(0) == '*' && i < length; i++) {
			read(in, answer);
		}
	}

	/** Started when it is first used. */
	private static final class Shared {

		private static final RedisServer SERVER = start();

	}

}
