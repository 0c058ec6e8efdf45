package io.github.coordination.benchmarks.scenario;

import java.io.Serializable;
import java.time.Duration;

/**
 * When all threads of a round are busy, on the clock of {@link System#nanoTime()}. On
 * Linux all processes of a machine share that clock; the scenarios rely on it.
 *
 * @param start when they begin
 * @param end when they enter no more
 */
record Window(long start, long end) implements Serializable {

	/** Long enough for another process to be told. */
	private static final Duration NOTICE = Duration.ofMillis(50);

	static Window of(Duration length) {
		long start = System.nanoTime() + NOTICE.toNanos();
		return new Window(start, start + length.toNanos());
	}

}
