package io.github.coordination;

/**
 * How a coordinator stands with its store.
 */
public enum SessionState {

	/**
	 * The session is confirmed; everything works.
	 */
	CONNECTED,

	/**
	 * The last renewal failed and the local deadline has not passed: what is held is
	 * still held, nothing new is granted.
	 */
	SUSPENDED,

	/**
	 * The session is over and everything held in it is lost. A new session is being
	 * opened.
	 */
	LOST,

	/**
	 * The coordinator was closed.
	 */
	CLOSED

}
