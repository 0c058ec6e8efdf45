package io.github.coordination.benchmarks.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Every figure of every round, one per line.
 */
final class CsvFile {

	private final List<String> lines = new ArrayList<>(List.of("store,scenario,contender,round,metric,value"));

	void add(String store, Scenario scenario, Results results) {
		for (String contender : results.contenders()) {
			List<Map<Metric, Double>> rounds = results.of(contender);
			for (int i = 0; i < rounds.size(); i++) {
				String start = String.join(",", store, scenario.id(), contender, Integer.toString(i + 1));
				rounds.get(i)
					.forEach((metric, value) -> this.lines
						.add(start + "," + metric.label().replace(",", "") + "," + value));
			}
		}
	}

	void write(Path file) throws IOException {
		Files.write(file, this.lines);
	}

}
