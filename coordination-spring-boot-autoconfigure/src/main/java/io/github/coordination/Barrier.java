package io.github.coordination;

import java.time.Duration;

/**
 * A meeting point for a number of parties, used again and again: each time that many have
 * arrived, they pass together. A party that dies while waiting does not count. Passing is
 * not atomic with what the parties do next. Safe for use by several threads, each of
 * which is a party.
 */
public interface Barrier {

	/**
	 * Return the name.
	 * @return the name
	 */
	String name();

	/**
	 * Return how many parties meet, the same for everybody who uses the name.
	 * @return the number of parties
	 */
	int parties();

	/**
	 * Arrive and wait for the others.
	 * @param waitTime how long to wait at the most
	 * @return {@code false} if the others did not come in time; this party is then
	 * withdrawn, though others that saw it arrive in the last instant may pass
	 * @throws InterruptedException if interrupted while waiting
	 */
	boolean await(Duration waitTime) throws InterruptedException;

}
