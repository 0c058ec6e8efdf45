package io.github.coordination.benchmarks.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the logs of a round say.
 */
final class Evaluation {

	private static final double MICRO = TimeUnit.MICROSECONDS.toNanos(1);

	private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

	private final List<Log> logs;

	private final double seconds;

	/** By name, in the order in which they were granted. */
	private final Map<Integer, List<Inside>> sections;

	Evaluation(List<Log> logs, Window window) {
		this.logs = logs;
		this.seconds = logs.stream()
			.filter((log) -> log.size() > 0)
			.mapToLong((log) -> log.left(log.size() - 1) - window.start())
			.max()
			.orElse(window.end() - window.start()) / SECOND;
		this.sections = logs.stream()
			.flatMap((log) -> IntStream.range(0, log.size())
				.mapToObj((i) -> new Inside(log, log.granted(i), log.leaving(i))))
			.sorted(Comparator.comparingLong(Inside::granted))
			.collect(Collectors.groupingBy((inside) -> inside.log().name()));
	}

	/** Return how many sections there were under a name. */
	long count(int name) {
		return this.sections.getOrDefault(name, List.of()).size();
	}

	/** Return how often somebody came in before the one before had begun to leave. */
	long overlaps() {
		return this.sections.values()
			.stream()
			.mapToLong((insides) -> IntStream.range(1, insides.size())
				.filter((i) -> insides.get(i).granted() - insides.get(i - 1).leaving() < 0)
				.count())
			.sum();
	}

	Map<Metric, Double> figures() {
		Map<Metric, Double> figures = new EnumMap<>(Metric.class);
		long[] costs = this.logs.stream()
			.flatMapToLong((log) -> IntStream.range(0, log.size()).mapToLong(log::cost))
			.sorted()
			.toArray();
		figures.put(Metric.RATE, costs.length / this.seconds);
		figures.put(Metric.LATENCY_P50, Percentiles.of(costs, 0.5) / MICRO);
		figures.put(Metric.LATENCY_P99, Percentiles.of(costs, 0.99) / MICRO);
		int[] shares = this.logs.stream().mapToInt(Log::size).sorted().toArray();
		figures.put(Metric.FAIR, (double) shares[0] / shares[shares.length - 1]);
		long[] handOvers = handOvers();
		figures.put(Metric.HAND_OVER_P50, Percentiles.of(handOvers, 0.5) / MICRO);
		figures.put(Metric.HAND_OVER_P99, Percentiles.of(handOvers, 0.99) / MICRO);
		figures.put(Metric.MOVES, moves() / this.seconds);
		return figures;
	}

	/** From the call that leaves to the return of the one that enters next, elsewhere. */
	private long[] handOvers() {
		return changes().stream()
			.mapToLong((change) -> change.get(1).granted() - change.get(0).leaving())
			.sorted()
			.toArray();
	}

	private long moves() {
		return changes().stream()
			.filter((change) -> change.get(0).log().process() != change.get(1).log().process())
			.count();
	}

	private List<List<Inside>> changes() {
		List<List<Inside>> changes = new ArrayList<>();
		for (List<Inside> insides : this.sections.values()) {
			for (int i = 1; i < insides.size(); i++) {
				if (insides.get(i).log() != insides.get(i - 1).log()) {
					changes.add(insides.subList(i - 1, i + 1));
				}
			}
		}
		return changes;
	}

	/**
	 * A section.
	 *
	 * @param log the log it is from
	 * @param granted when it began
	 * @param leaving when it ended
	 */
	private record Inside(Log log, long granted, long leaving) {
	}

}
