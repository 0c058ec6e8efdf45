package io.github.coordination.backend.jdbc;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Two more parameters of a statement that tells of its change, where the database can.
 *
 * @param channel where it is told
 * @param payload what is told
 */
record Hint(String channel, String payload) {

	static final Hint NONE = new Hint("", "");

	/** The parameters of such a statement, these two last. */
	@Nullable Object[] behind(@Nullable Object... values) {
		if (this == NONE) {
			return values;
		}
		@Nullable Object[] all = Arrays.copyOf(values, values.length + 2);
		all[values.length] = this.channel;
		all[values.length + 1] = this.payload;
		return all;
	}

}
