package io.github.coordination.benchmarks.scenario;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What is open in one process. Used by one thread.
 */
final class Site implements AutoCloseable {

	private final Map<String, Crowd> crowds = new HashMap<>();

	private final Deque<AutoCloseable> kept = new ArrayDeque<>();

	void add(String contender, Crowd crowd) {
		this.crowds.put(contender, crowd);
		keep(crowd);
	}

	Crowd crowd(String contender) {
		return this.crowds.get(contender);
	}

	/** Close something at the end, before what was there before it. */
	void keep(AutoCloseable closeable) {
		this.kept.push(closeable);
	}

	@Override
	public void close() {
		for (AutoCloseable closeable : this.kept) {
			try {
				closeable.close();
			}
			catch (Exception ex) {
				// the others are closed all the same
				ex.printStackTrace();
			}
		}
	}

}
