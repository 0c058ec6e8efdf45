package io.github.coordination.spi;

/**
 * Where time comes from. Injected, so that tests can set it.
 */
public interface Clock {

	/**
	 * The clocks of the machine.
	 */
	Clock SYSTEM = new SystemClock();

	/**
	 * Return the monotonic time, for measuring durations and comparing deadlines by
	 * difference.
	 * @return nanoseconds from an arbitrary origin
	 */
	long nanoTime();

	/**
	 * Return the wall-clock time. It decides nothing, except that it may end a belief
	 * early.
	 * @return milliseconds since 1970 UTC
	 */
	long currentTimeMillis();

}
