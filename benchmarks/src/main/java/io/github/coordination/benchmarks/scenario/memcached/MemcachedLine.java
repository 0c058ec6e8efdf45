package io.github.coordination.benchmarks.scenario.memcached;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * A connection over which commands are sent and lines are read, and nothing else.
 */
final class MemcachedLine implements AutoCloseable {

	private final Socket socket;

	private final BufferedReader reader;

	MemcachedLine(URI url) throws IOException {
		this.socket = new Socket(url.getHost(), url.getPort());
		this.socket.setTcpNoDelay(true);
		this.socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Section.WAIT_SECONDS));
		this.reader = new BufferedReader(
				new InputStreamReader(this.socket.getInputStream(), StandardCharsets.ISO_8859_1));
	}

	String ask(String command) throws IOException {
		this.socket.getOutputStream().write(command.getBytes(StandardCharsets.ISO_8859_1));
		return next();
	}

	String next() throws IOException {
		String line = this.reader.readLine();
		if (line == null) {
			throw new IOException("memcached closed the connection");
		}
		return line;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
