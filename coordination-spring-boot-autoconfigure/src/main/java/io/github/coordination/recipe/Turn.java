package io.github.coordination.recipe;

import java.util.Collection;

import io.github.coordination.MisuseException;

/**
 * When an entry of an ordered queue may go: the only thing in which locks, read-write
 * locks and semaphores differ.
 *
 * @param tag the tag of the entry
 * @param maxAhead more than this many ahead surely means no
 */
record Turn(String tag, int maxAhead) {

	/** Nobody may be ahead. */
	static final Turn EXCLUSIVE = new Turn("x", 0);

	/** Nobody exclusive may be ahead. */
	static final Turn SHARED = new Turn("s", Integer.MAX_VALUE);

	/** Fewer than so many may be ahead, all of whom think the same of how many. */
	static Turn permits(int permits) {
		return new Turn(Integer.toString(permits), permits - 1);
	}

	/**
	 * Whether an entry may go.
	 * @param ahead the tags of those ahead
	 */
	boolean isNow(Collection<String> ahead) {
		if (ahead.isEmpty()) {
			return true;
		}
		if (this == EXCLUSIVE) {
			return false;
		}
		if (this == SHARED) {
			return !ahead.contains(EXCLUSIVE.tag);
		}
		for (String other : ahead) {
			if (!other.equals(this.tag)) {
				throw new MisuseException("the semaphore is used with " + this.tag + " permits here and " + other
						+ " elsewhere: use the same number everywhere");
			}
		}
		return ahead.size() <= this.maxAhead;
	}

}
