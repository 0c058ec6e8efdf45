package io.github.coordination.benchmarks.scenario;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * The figures of one scenario: those of each round, by contender.
 */
final class Results {

	private final Map<String, List<Map<Metric, Double>>> rounds = new LinkedHashMap<>();

	private final Map<String, String> failures = new LinkedHashMap<>();

	/** Make a row for a contender. */
	void expect(String contender) {
		this.rounds.put(contender, new ArrayList<>());
	}

	void add(String contender, Map<Metric, Double> figures) {
		this.rounds.get(contender).add(figures);
	}

	void fail(String contender, Throwable ex) {
		Throwable reason = (ex instanceof ExecutionException && ex.getCause() != null) ? ex.getCause() : ex;
		this.failures.put(contender, reason.toString().lines().findFirst().orElse(""));
	}

	Collection<String> contenders() {
		return this.rounds.keySet();
	}

	Map<String, String> failures() {
		return this.failures;
	}

	List<Map<Metric, Double>> of(String contender) {
		return this.rounds.getOrDefault(contender, List.of());
	}

	/** Return what was measured of a contender, round by round. */
	List<Double> figures(String contender, Metric metric) {
		return of(contender).stream()
			.filter((round) -> isMeasured(round, metric))
			.map((round) -> round.get(metric))
			.toList();
	}

	/** Return how a contender stands to another, round by round. */
	List<Double> ratios(String contender, String reference, Metric metric) {
		List<Map<Metric, Double>> mine = of(contender);
		List<Map<Metric, Double>> others = of(reference);
		List<Double> ratios = new ArrayList<>();
		for (int i = 0; i < Math.min(mine.size(), others.size()); i++) {
			if (isMeasured(mine.get(i), metric) && isMeasured(others.get(i), metric)) {
				ratios.add(mine.get(i).get(metric) / others.get(i).get(metric));
			}
		}
		return ratios;
	}

	private static boolean isMeasured(Map<Metric, Double> round, Metric metric) {
		return round.containsKey(metric) && !round.get(metric).isNaN();
	}

}
