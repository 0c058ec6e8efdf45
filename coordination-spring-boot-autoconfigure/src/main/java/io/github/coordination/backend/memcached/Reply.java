package io.github.coordination.backend.memcached;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the server answers to one command.
 *
 * @param line the line that ends the answer
 * @param values the values before it
 * @param lines the statistics before it
 */
record Reply(String line, List<Value> values, List<String> lines) {

	static final String STORED = "STORED";

	boolean is(String expected) {
		return this.line.equals(expected);
	}

	/** The only value that was asked for, {@code null} if there is none. */
	@Nullable Value value() {
		return this.values.isEmpty() ? null : this.values.get(0);
	}

	/** A number among the statistics, -1 if it is not there. */
	long statistic(String name) {
		String start = "STAT " + name + " ";
		for (String each : this.lines) {
			if (each.startsWith(start)) {
				try {
					return Long.parseLong(each.substring(start.length()));
				}
				catch (NumberFormatException ex) {
					return -1;
				}
			}
		}
		return -1;
	}

	/** Whether the command was not understood or could not be carried out. */
	boolean isError() {
		return this.line.startsWith("ERROR") || this.line.startsWith("CLIENT_ERROR")
				|| this.line.startsWith("SERVER_ERROR");
	}

	/**
	 * A value.
	 *
	 * @param key its key
	 * @param bytes the value
	 * @param version changes with every change of it; 0 if it was not asked for
	 */
	record Value(String key, byte[] bytes, long version) {
	}

}
