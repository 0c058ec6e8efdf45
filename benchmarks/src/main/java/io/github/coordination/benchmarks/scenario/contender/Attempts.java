package io.github.coordination.benchmarks.scenario.contender;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * How bare requests wait: they ask again every millisecond. Not a design to copy, because
 * every question is a request; it shows what the requests alone would allow.
 */
public final class Attempts {

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	private Attempts() {
	}

	/**
	 * Ask until the answer is yes.
	 * @param attempt what to ask
	 * @throws Exception what the attempt throws, or a {@link TimeoutException} after
	 * {@link Section#WAIT_SECONDS}
	 */
	public static void repeat(Callable<Boolean> attempt) throws Exception {
		if (attempt.call()) {
			return;
		}
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Section.WAIT_SECONDS);
		do {
			LockSupport.parkNanos(PAUSE);
			if (attempt.call()) {
				return;
			}
		}
		while (System.nanoTime() - end < 0);
		throw new TimeoutException("Somebody else was inside for " + Section.WAIT_SECONDS + " s");
	}

}
