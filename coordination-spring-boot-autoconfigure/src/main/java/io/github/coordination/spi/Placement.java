package io.github.coordination.spi;

import java.util.List;

/**
 * An entry's place in a queue.
 *
 * @param entry the entry
 * @param ahead those that were created before it and are still there, the oldest first
 */
public record Placement(Entry entry, List<Ahead> ahead) {

	/**
	 * An entry that is ahead.
	 *
	 * @param id its id
	 * @param tag its tag
	 */
	public record Ahead(String id, String tag) {
	}

}
