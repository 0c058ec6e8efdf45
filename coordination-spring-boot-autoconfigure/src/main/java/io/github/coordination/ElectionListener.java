package io.github.coordination;

import java.util.Optional;

/**
 * Told of an election's changes, one call at a time and in order. An exception is logged
 * and harms nobody else.
 */
public interface ElectionListener {

	/**
	 * This process leads from now on. Long work belongs on a thread of its own; the term
	 * may already be over when a slow listener is called.
	 * @param term the term's token
	 */
	default void onGranted(FencingToken term) {
	}

	/**
	 * This process leads no longer. On a voluntary change the store gives leadership to
	 * another process only after this method returned or its time limit passed.
	 * @param term the token of the term that ended
	 */
	default void onRevoked(FencingToken term) {
	}

	/**
	 * Somebody else leads, or nobody. A change that was undone before it was seen is not
	 * reported.
	 * @param leader the leader, empty if there is none
	 */
	default void onLeaderChanged(Optional<Leader> leader) {
	}

}
