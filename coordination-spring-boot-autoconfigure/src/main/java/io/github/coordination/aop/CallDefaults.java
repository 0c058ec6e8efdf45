package io.github.coordination.aop;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What holds for annotated methods where their annotation does not say.
 */
public interface CallDefaults {

	/**
	 * Return how long to wait for a lock.
	 * @return the time, zero to ask once
	 */
	Duration waitTime();

	/**
	 * Return the upper bound of holding a lock.
	 * @return the time, {@code null} if there is none
	 */
	@Nullable Duration maxHold();

	/**
	 * Return how long calls may take to end before what they need moves to another
	 * process.
	 * @return the time
	 */
	Duration revocationTimeout();

}
