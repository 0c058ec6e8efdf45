package io.github.coordination.spi;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;

/**
 * A moment on the monotonic clock up to which a caller waits. Its own waits are not ended
 * by an interrupt, which the thread keeps: they are for calls to a store, which are short
 * anyway, and a thread that is interrupted must be able to give back what it has.
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
	 * Return an earlier deadline, which leaves time for other attempts like the next.
	 * @param attempts how many share what is left, the next one included
	 * @return the deadline of the next attempt
	 */
	public Deadline share(int attempts) {
		return new Deadline(this.clock, remaining() / attempts);
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

	/**
	 * Wait for an answer. An interrupt does not end the wait, and is kept.
	 * @param <T> the answer's type
	 * @param answer what to wait for; one that is there is returned even if this has
	 * passed
	 * @return the answer
	 * @throws ExecutionException if there is a failure instead
	 * @throws TimeoutException if there is no answer in time
	 */
	public <T> T await(Future<T> answer) throws ExecutionException, TimeoutException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return answer.get(remaining(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			restore(interrupted);
		}
	}

	/**
	 * Wait for a lock. An interrupt does not end the wait, and is kept.
	 * @param lock the lock to take
	 * @return whether it was taken in time
	 */
	public boolean lock(Lock lock) {
		return await((nanos) -> lock.tryLock(nanos, TimeUnit.NANOSECONDS));
	}

	/**
	 * Wait for anything that can be waited for. An interrupt does not end the wait, and
	 * is kept.
	 * @param wait what to wait for; called again after an interrupt
	 * @return what it returned
	 */
	public boolean await(TimedWait wait) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return wait.await(remaining());
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			restore(interrupted);
		}
	}

	private static void restore(boolean interrupted) {
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static long nanos(Duration duration) {
		if (duration.isNegative()) {
			return 0;
		}
		return (duration.getSeconds() >= FOREVER / 1_000_000_000L) ? FOREVER : duration.toNanos();
	}

	/**
	 * A wait that an interrupt ends.
	 */
	@FunctionalInterface
	public interface TimedWait {

		/**
		 * Wait.
		 * @param nanos how long at the most, in nanoseconds
		 * @return whether what was waited for has come
		 * @throws InterruptedException if interrupted
		 */
		boolean await(long nanos) throws InterruptedException;

	}

}
