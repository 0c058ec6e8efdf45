package io.github.coordination.benchmarks.scenario.contender;

/**
 * A critical section under one name, used by one thread. What a contender can prepare
 * once per name and thread is prepared when it is made, so that only entering and leaving
 * is measured.
 */
public interface Section extends AutoCloseable {

	/**
	 * The longest wait, so that a contender that never grants fails and does not hang.
	 */
	int WAIT_SECONDS = 30;

	/**
	 * Wait until nobody else is inside, and enter.
	 * @throws Exception if that fails or takes longer than {@link #WAIT_SECONDS}
	 */
	void enter() throws Exception;

	/**
	 * Leave. Returns when the store has answered.
	 * @throws Exception if that fails
	 */
	void leave() throws Exception;

	/** Give back what was prepared. */
	@Override
	default void close() {
	}

}
