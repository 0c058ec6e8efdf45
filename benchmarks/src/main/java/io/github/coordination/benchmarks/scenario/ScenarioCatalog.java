package io.github.coordination.benchmarks.scenario;

import java.time.Duration;
import java.util.List;

/**
 * All scenarios there are.
 */
final class ScenarioCatalog {

	private static final List<Metric> UNCONTENDED = List.of(Metric.RATE, Metric.LATENCY_P50, Metric.LATENCY_P99);

	private static final List<Metric> CONTENDED = List.of(Metric.RATE, Metric.FAIR);

	private static final List<Metric> HELD = List.of(Metric.RATE, Metric.HAND_OVER_P50, Metric.HAND_OVER_P99,
			Metric.FAIR, Metric.MOVES);

	private static final List<Scenario> ALL = List.of(
			new CrowdScenario("S1", "1 thread, 1 name", 1, 1, 1, Duration.ZERO, UNCONTENDED),
			new CrowdScenario("S2", "8 threads, 8 names", 1, 8, 8, Duration.ZERO, UNCONTENDED),
			new CrowdScenario("S3", "8 threads, 1 name", 1, 8, 1, Duration.ZERO, CONTENDED),
			new CrowdScenario("S4", "2 JVMs with 4 threads each, 1 name", 2, 4, 1, Duration.ZERO, CONTENDED),
			new CrowdScenario("S4held", "2 JVMs with 4 threads each, 1 name held 1 ms", 2, 4, 1, Duration.ofMillis(1),
					HELD),
			new TakeOverScenario(), new HeldScenario(), new LossScenario());

	private ScenarioCatalog() {
	}

	static Scenario named(String id) {
		return ALL.stream()
			.filter((scenario) -> scenario.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"No scenario '" + id + "', but " + ALL.stream().map(Scenario::id).toList()));
	}

	static List<Scenario> all() {
		return ALL;
	}

}
