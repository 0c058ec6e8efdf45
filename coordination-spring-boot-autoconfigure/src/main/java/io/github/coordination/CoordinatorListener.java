package io.github.coordination;

/**
 * Told of what concerns a coordinator as a whole, one call at a time and in order. An
 * exception is logged and harms nobody else.
 */
public interface CoordinatorListener {

	/**
	 * The session's state changed.
	 * @param state the new state
	 */
	default void onStateChanged(SessionState state) {
	}

	/**
	 * A lock or permit was lost while it was held.
	 * @param name its name
	 * @param token the token it was held under
	 */
	default void onLockLost(String name, FencingToken token) {
	}

	/**
	 * The coordinator was asked for an election, a group or a partitioner for the first
	 * time: {@link Coordinator#snapshot()} now names it.
	 */
	default void onNamesChanged() {
	}

}
