package io.github.coordination;

import java.time.Duration;

/**
 * A gate that opens when it has been counted down a number of times. Counts are kept in
 * the store and outlive the processes that made them, until {@link #reset()}. Safe for
 * use by several threads.
 */
public interface Latch {

	/**
	 * Return the name.
	 * @return the name
	 */
	String name();

	/**
	 * Count down once. A count whose answer was lost is repeated up to five times under
	 * the same id, so that it counts once.
	 * @throws IndeterminateResultException if it is still unknown whether it was made
	 * @throws BackendUnavailableException if the store could not be reached
	 */
	void countDown();

	/**
	 * Ask the store how many counts are missing.
	 * @return from the full count down to zero
	 */
	int remaining();

	/**
	 * Wait until nothing is missing.
	 * @param waitTime how long to wait at the most
	 * @return {@code false} if counts were still missing at the end
	 * @throws InterruptedException if interrupted while waiting
	 */
	boolean await(Duration waitTime) throws InterruptedException;

	/**
	 * Remove all counts, so that the gate is shut again. Counts made meanwhile may be
	 * removed with them.
	 */
	void reset();

}
