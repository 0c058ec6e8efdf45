package io.github.coordination.benchmarks.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A scenario's figures as a table in Markdown: median [least..most] of the rounds, and
 * the median of the ratios of each round.
 */
final class Table {

	private static final String NOTHING = "-";

	private final Scenario scenario;

	private final Results results;

	private final List<String> against;

	Table(Scenario scenario, Results results, List<String> against) {
		this.scenario = scenario;
		this.results = results;
		this.against = against;
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		text.append("## ").append(this.scenario.id()).append(": ").append(this.scenario.title()).append("\n\n");
		List<String> header = header();
		append(text, header);
		append(text, Collections.nCopies(header.size(), "---"));
		for (String contender : this.results.contenders()) {
			append(text, row(contender));
		}
		this.results.failures()
			.forEach((contender,
					reason) -> text.append("\n**").append(contender).append("** failed: ").append(reason).append('\n'));
		return text.toString();
	}

	private List<String> header() {
		List<String> cells = new ArrayList<>(List.of(""));
		for (Metric metric : this.scenario.metrics()) {
			cells.add(metric.label());
			if (metric.isCompared()) {
				this.against.forEach((reference) -> cells.add("x " + reference));
			}
		}
		return cells;
	}

	private List<String> row(String contender) {
		List<String> cells = new ArrayList<>(List.of(contender));
		for (Metric metric : this.scenario.metrics()) {
			cells.add(spread(this.results.figures(contender, metric)));
			if (metric.isCompared()) {
				this.against
					.forEach((reference) -> cells.add(ratio(this.results.ratios(contender, reference, metric))));
			}
		}
		return cells;
	}

	private static String spread(List<Double> figures) {
		if (figures.isEmpty()) {
			return NOTHING;
		}
		String median = number(Percentiles.median(figures));
		return (figures.size() == 1) ? median
				: median + " [" + number(Collections.min(figures)) + ".." + number(Collections.max(figures)) + "]";
	}

	private static String ratio(List<Double> ratios) {
		return ratios.isEmpty() ? NOTHING : String.format(Locale.ROOT, "%.2f", Percentiles.median(ratios));
	}

	/** Three digits that count. */
	private static String number(double figure) {
		String unit = "";
		double shown = figure;
		if (Math.abs(shown) >= 1_000_000) {
			shown /= 1_000_000;
			unit = " M";
		}
		else if (Math.abs(shown) >= 10_000) {
			shown /= 1_000;
			unit = " k";
		}
		int digits = (Math.abs(shown) < 10) ? 2 : (Math.abs(shown) < 100) ? 1 : 0;
		return String.format(Locale.ROOT, "%." + digits + "f", shown) + unit;
	}

	private static void append(StringBuilder text, List<String> cells) {
		text.append("| ").append(String.join(" | ", cells)).append(" |\n");
	}

}
