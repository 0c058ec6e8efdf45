package io.github.coordination.session;

import java.time.Duration;

import io.github.coordination.spi.Clock;

/**
 * A moment on the monotonic clock up to which a caller waits.
 */
public final class Deadline {

	/** About 146 years: differences to now never overflow. */
	private static final long FOREVER = Long.MAX_VALUE / 2;

	private final Clock clock;

	private final long end;

	private Deadline(Clock clock, long nanos) {
		this.clock = clock;
		this.end = clock.nanoTime() + nanos;
	}

	/**
	 * Return the deadline that comes after a duration.
	 * @param clock the clock
	 * @param duration how long from now; less than zero counts as zero
	 * @return the deadline
	 */
	public static Deadline after(Clock clock, Duration duration) {
		return new Deadline(clock, nanos(duration));
	}

	/**
	 * Return a deadline that never comes.
	 * @param clock the clock
	 * @return the deadline
	 */
	public static Deadline never(Clock clock) {
		return new Deadline(clock, FOREVER);
	}

	/**
	 * Return the time left.
	 * @return nanoseconds, zero if it has passed
	 */
	public long remaining() {
		return Math.max(this.end - this.clock.nanoTime(), 0);
	}

	/**
	 * Whether it has passed.
	 * @return {@code true} if nothing is left
	 */
	public boolean hasPassed() {
		return remaining() == 0;
	}

	private static long nanos(Duration duration) {
		if (duration.isNegative()) {
			return 0;
		}
		return (duration.getSeconds() >= FOREVER / 1_000_000_000L) ? FOREVER : duration.toNanos();
	}

}
