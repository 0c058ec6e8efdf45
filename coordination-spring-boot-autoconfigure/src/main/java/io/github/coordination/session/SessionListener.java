package io.github.coordination.session;

import io.github.coordination.SessionState;

/**
 * Told of a session's states, in order, on the engine's own threads: an implementation
 * returns at once and hands work to an executor of its own.
 */
@FunctionalInterface
public interface SessionListener {

	/**
	 * The state changed.
	 * @param state the new state
	 */
	void onState(SessionState state);

}
