package io.github.coordination.spi;

/**
 * What a watch reports. Only {@link Kind#UNKNOWN} is needed for correctness; the others
 * let a waiter go on without reading.
 *
 * @param kind what is known of the change
 * @param id the one entry that changed, empty if unknown
 */
public record Change(Kind kind, String id) {

	/**
	 * Something changed, or may have: read again.
	 */
	public static final Change UNKNOWN = new Change(Kind.UNKNOWN, "");

	/**
	 * Return the report that the store itself removed an entry.
	 * @param id the entry's id
	 * @return the change
	 */
	public static Change removed(String id) {
		return new Change(Kind.REMOVED, id);
	}

	/**
	 * Return the report that an entry was created or its value replaced.
	 * @param id the entry's id
	 * @return the change
	 */
	public static Change written(String id) {
		return new Change(Kind.WRITTEN, id);
	}

	/**
	 * What is known of a change.
	 */
	public enum Kind {

		/** One entry was created or replaced, and nothing else happened. */
		WRITTEN,

		/** One entry was removed, and nothing else happened. */
		REMOVED,

		/** Anything may have happened, or have gone unreported. */
		UNKNOWN

	}

}
