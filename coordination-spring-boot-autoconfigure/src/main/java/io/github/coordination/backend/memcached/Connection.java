package io.github.coordination.backend.memcached;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * A connection to a memcached server, for one thread at a time. After an error it is of
 * no use any more.
 */
final class Connection implements AutoCloseable {

	/** Longest line the server sends. */
	private static final int MAX_LINE = 2048;

	/** Largest value a server can be told to take. */
	private static final int MAX_VALUE = 1 << 30;

	/** What fits into the buffers of the sockets without anybody reading. */
	private static final int SURELY_SENT = 32 * 1024;

	private final Socket socket;

	private final InputStream in;

	private final Environment environment;

	private byte[] buffer = new byte[4096];

	private int start;

	private int end;

	/** Known from the moment it is open. */
	private Server server = new Server("", 0);

	private Connection(Socket socket, Environment environment) throws IOException {
		this.socket = socket;
		this.in = socket.getInputStream();
		this.environment = environment;
	}

	/**
	 * Connect, say who this is, and ask which server that is.
	 * @throws NotConnectedException if that failed
	 * @throws ConfigurationException if the server does not know who this is, or is none
	 */
	static Connection open(Target target, Resolver resolver, Deadline deadline, Environment environment)
			throws NotConnectedException {
		InetAddress address = resolver.resolve(target, deadline);
		Socket plain = new Socket();
		boolean opened = false;
		try {
			plain.setTcpNoDelay(true);
			int millis = millis(deadline);
			plain.connect(new InetSocketAddress(address, target.port()), millis);
			plain.setSoTimeout(millis);
			Connection connection = new Connection((target.tls() != null) ? secure(plain, target, target.tls()) : plain,
					environment);
			if (!target.user().isEmpty()) {
				Reply reply = connection.exchange(Request.login(target.user()), deadline).get(0);
				if (!reply.is(Reply.STORED)) {
					throw new ConfigurationException(BackendUrl.SETTING,
							"memcached at " + target + " refuses the user or the password.", "Correct them.");
				}
			}
			connection.server = Server.of(connection.exchange(new Request().stats(), deadline).get(0));
			opened = true;
			return connection;
		}
		catch (IOException ex) {
			throw new NotConnectedException("it cannot be reached", ex);
		}
		finally {
			if (!opened) {
				closeQuietly(plain);
			}
		}
	}

	Server server() {
		return this.server;
	}

	/** Send commands and read their replies. */
	List<Reply> exchange(Request request, Deadline deadline) throws IOException {
		Runnable cancel = () -> {
		};
		if (request.length() > SURELY_SENT) {
			// writing has no timeout
			Duration left = Duration.ofMillis(millis(deadline));
			cancel = this.environment.timer().schedule(left, this::close);
		}
		try {
			this.socket.getOutputStream().write(request.bytes(), 0, request.length());
			List<Reply> replies = new ArrayList<>(request.replies());
			for (int i = 0; i < request.replies(); i++) {
				replies.add(reply(deadline));
			}
			return replies;
		}
		finally {
			cancel.run();
		}
	}

	@Override
	public void close() {
		closeQuietly(this.socket);
	}

	private Reply reply(Deadline deadline) throws IOException {
		List<Reply.Value> values = List.of();
		List<String> lines = List.of();
		String line = line(deadline);
		while (line.startsWith("VALUE ")) {
			values = values.isEmpty() ? new ArrayList<>(1) : values;
			values.add(value(line, deadline));
			line = line(deadline);
		}
		while (line.startsWith("STAT ")) {
			lines = lines.isEmpty() ? new ArrayList<>() : lines;
			lines.add(line);
			line = line(deadline);
		}
		return new Reply(line, values, lines);
	}

	/** {@code VALUE <key> <flags> <bytes> [<cas>]}. */
	private Reply.Value value(String line, Deadline deadline) throws IOException {
		String[] words = line.split(" ");
		try {
			int length = Integer.parseInt(words[3]);
			if (length < 0 || length > MAX_VALUE) {
				throw new ProtocolException("a value has an impossible length");
			}
			byte[] bytes = new byte[length];
			int copied = 0;
			while (copied < length) {
				if (this.start == this.end) {
					fill(deadline);
				}
				int piece = Math.min(length - copied, this.end - this.start);
				System.arraycopy(this.buffer, this.start, bytes, copied, piece);
				this.start += piece;
				copied += piece;
			}
			if (!line(deadline).isEmpty()) {
				throw new ProtocolException("a value does not end where it should");
			}
			return new Reply.Value(words[1], bytes, (words.length > 4) ? Long.parseUnsignedLong(words[4]) : 0);
		}
		catch (NumberFormatException | IndexOutOfBoundsException ex) {
			throw new ProtocolException("a value is not announced as it should");
		}
	}

	private String line(Deadline deadline) throws IOException {
		int scanned = 0;
		while (true) {
			for (int i = this.start + scanned; i < this.end; i++) {
				if (this.buffer[i] == '\n') {
					int stop = (i > this.start && this.buffer[i - 1] == '\r') ? i - 1 : i;
					String line = new String(this.buffer, this.start, stop - this.start, StandardCharsets.ISO_8859_1);
					this.start = i + 1;
					return line;
				}
			}
			scanned = this.end - this.start;
			if (scanned > MAX_LINE) {
				throw new ProtocolException("a line does not end");
			}
			fill(deadline);
		}
	}

	private void fill(Deadline deadline) throws IOException {
		if (this.start > 0) {
			System.arraycopy(this.buffer, this.start, this.buffer, 0, this.end - this.start);
			this.end -= this.start;
			this.start = 0;
		}
		if (this.end == this.buffer.length) {
			this.buffer = Arrays.copyOf(this.buffer, 2 * this.buffer.length);
		}
		this.socket.setSoTimeout(millis(deadline));
		int read = this.in.read(this.buffer, this.end, this.buffer.length - this.end);
		if (read < 0) {
			throw new EOFException("the server has closed the connection");
		}
		this.end += read;
	}

	/**
	 * Each connection has a context of its own, so that none tries to resume the session
	 * of another: memcached refuses that when it asks clients for a certificate.
	 */
	private static SSLSocket secure(Socket plain, Target target, TlsMaterial tls) throws IOException {
		SSLSocket socket = (SSLSocket) tls.context()
			.getSocketFactory()
			.createSocket(plain, target.host(), target.port(), true);
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setEndpointIdentificationAlgorithm("HTTPS");
		socket.setSSLParameters(parameters);
		socket.startHandshake();
		return socket;
	}

	private static int millis(Deadline deadline) throws SocketTimeoutException {
		if (deadline.hasPassed()) {
			throw new SocketTimeoutException("there is no time left");
		}
		return (int) Math.min(deadline.remaining() / 1_000_000 + 1, Integer.MAX_VALUE);
	}

	private static void closeQuietly(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// it is of no use any more
		}
	}

	/**
	 * Where to connect to.
	 *
	 * @param host the server
	 * @param port its port
	 * @param user the user, a blank and the password; empty if there is none
	 * @param tls makes it a connection that nobody can read; {@code null} if it is not to
	 * be
	 */
	record Target(String host, int port, String user, @Nullable TlsMaterial tls) {

		/** Without user and password. */
		@Override
		public String toString() {
			return this.host + ":" + this.port;
		}

	}

	/**
	 * A server from its start to its end. Versions of values begin anew with each.
	 *
	 * @param process tells it from others on its machine
	 * @param epoch when it was started, in microseconds by its own clock
	 */
	record Server(String process, long epoch) {

		static Server of(Reply stats) {
			if (stats.line().contains("unauthenticated")) {
				throw new ConfigurationException(BackendUrl.SETTING, "the memcached server asks for a user.",
						"Write memcached://user:password@host:11211.");
			}
			long time = stats.statistic("time");
			long uptime = stats.statistic("uptime");
			if (time < 0 || uptime < 0) {
				throw new ConfigurationException(BackendUrl.SETTING,
						"what answers there does not say since when it runs: it is no memcached server.",
						"Name the server itself, not a proxy.");
			}
			return new Server(stats.statistic("pid") + "@" + (time - uptime), (time - uptime) * 1_000_000);
		}

	}

	/**
	 * No command was sent.
	 */
	static final class NotConnectedException extends IOException {

		NotConnectedException(String message, @Nullable Throwable cause) {
			super(message, cause);
		}

	}

}
