package io.github.coordination;

/**
 * Told of a group's changes, one call at a time and in order. An exception is logged and
 * harms nobody else.
 */
public interface GroupListener {

	/**
	 * A member came.
	 * @param member the member
	 */
	default void onJoined(Member member) {
	}

	/**
	 * A member went.
	 * @param member the member as it was last seen
	 */
	default void onLeft(Member member) {
	}

	/**
	 * A member changed its metadata.
	 * @param member the member as it is now
	 */
	default void onUpdated(Member member) {
	}

}
