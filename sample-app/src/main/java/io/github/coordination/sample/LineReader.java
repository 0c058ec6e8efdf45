package io.github.coordination.sample;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 that end in LF, CRLF or CR, without a byte order mark, and keeps
 * only the beginning of a line that would not fit in memory.
 */
final class LineReader implements Closeable {

	private static final char BYTE_ORDER_MARK = '\uFEFF';

	private final BufferedReader reader;

	private final int limit;

	private int number;

	private boolean skipLineFeed;

	LineReader(InputStream in, int limit) {
		this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
		this.limit = limit;
	}

	/**
	 * Return the number of the line read last, from 1 on.
	 */
	int number() {
		return this.number;
	}

	/**
	 * Read a line, or its first characters: one more than the limit if it is longer.
	 * @return the line, {@code null} after the last
	 */
	@Nullable String readLine() throws IOException {
		StringBuilder line = new StringBuilder();
		int next = this.reader.read();
		if ((next == '\n' && this.skipLineFeed) || (next == BYTE_ORDER_MARK && this.number == 0)) {
			next = this.reader.read();
		}
		this.skipLineFeed = false;
		if (next < 0) {
			return null;
		}
		for (; next >= 0 && next != '\n' && next != '\r'; next = this.reader.read()) {
			if (line.length() <= this.limit) {
				line.append((char) next);
			}
		}
		this.skipLineFeed = next == '\r';
		this.number++;
		return line.toString();
	}

	@Override
	public void close() throws IOException {
		this.reader.close();
	}

}
