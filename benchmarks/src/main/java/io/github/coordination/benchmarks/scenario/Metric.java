package io.github.coordination.benchmarks.scenario;

/**
 * What is measured, as a column of the table.
 */
enum Metric {

	RATE("sections/s", true),

	LATENCY_P50("p50 µs", false),

	LATENCY_P99("p99 µs", false),

	FAIR("fair", false),

	HAND_OVER_P50("hand-over p50 µs", true),

	HAND_OVER_P99("hand-over p99 µs", false),

	MOVES("JVM changes/s", false),

	HEAP("heap bytes per lock", false),

	THREADS_OPEN("threads of the client", false),

	THREADS_HELD("more threads with all held", false),

	TAKING("ms to take all", false),

	IDLE("idle requests/s", false),

	TAKE_OVER_P50("close to grant p50 ms", false),

	TAKE_OVER_MOST("slowest, ms", false),

	LATENESS_P50("deadline to LOST p50 ms", false),

	LATENESS_MOST("latest, ms", false);

	private final String label;

	private final boolean compared;

	Metric(String label, boolean compared) {
		this.label = label;
		this.compared = compared;
	}

	String label() {
		return this.label;
	}

	/** Whether the table also sets it against that of the bare limit. */
	boolean isCompared() {
		return this.compared;
	}

}
