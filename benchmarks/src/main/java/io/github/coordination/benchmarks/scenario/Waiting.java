package io.github.coordination.benchmarks.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.coordination.benchmarks.scenario.contender.Section;

/**
 * Waits that end.
 */
final class Waiting {

	/** A whole round of the slowest: everybody who waits, one after the other. */
	private static final long LIMIT_SECONDS = 4L * Section.WAIT_SECONDS;

	private Waiting() {
	}

	static <T> List<T> forAll(List<? extends Future<T>> futures) throws Exception {
		List<T> results = new ArrayList<>();
		for (Future<T> future : futures) {
			results.add(future.get(LIMIT_SECONDS, TimeUnit.SECONDS));
		}
		return results;
	}

	static <T> T on(Future<T> future) throws Exception {
		return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Wait without using the processor.
	 * @param instant until when, on the clock of {@link System#nanoTime()}
	 * @return the time then
	 */
	static long until(long instant) {
		long now = System.nanoTime();
		while (now - instant < 0) {
			LockSupport.parkNanos(instant - now);
			now = System.nanoTime();
		}
		return now;
	}

}
