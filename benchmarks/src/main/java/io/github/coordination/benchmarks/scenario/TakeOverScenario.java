package io.github.coordination.benchmarks.scenario;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Elector;
import io.github.coordination.benchmarks.scenario.contender.Section;
import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * A leader closes its client while another candidate waits, over and over: from the call
 * that closes to the grant.
 */
final class TakeOverScenario implements Scenario {

	private static final int TAKE_OVERS = 6;

	/** Long enough to stand in line; nobody says when that is so. */
	private static final long SETTLING = TimeUnit.MILLISECONDS.toNanos(300);

	private static final double MILLI = TimeUnit.MILLISECONDS.toNanos(1);

	@Override
	public String id() {
		return "S5";
	}

	@Override
	public String title() {
		return "a leader closes its client, another candidate waits";
	}

	@Override
	public List<Metric> metrics() {
		return List.of(Metric.TAKE_OVER_P50, Metric.TAKE_OVER_MOST);
	}

	@Override
	public boolean admits(Store store, Contender contender) {
		return contender instanceof Elector;
	}

	@Override
	public Trial begin(Setting setting) {
		return new TakeOverTrial(setting);
	}

	private record TakeOverTrial(Setting setting) implements Trial {

		@Override
		public void admit(Contender contender) throws Exception {
			round(contender);
		}

		@Override
		public Map<Metric, Double> round(Contender contender) throws Exception {
			long[] takeOvers = new long[TAKE_OVERS];
			Standing leader = stand(contender);
			Waiting.on(leader.granted());
			for (int i = 0; i < TAKE_OVERS; i++) {
				Standing next = stand(contender);
				long start = Waiting.until(System.nanoTime() + SETTLING);
				if (next.granted().isDone()) {
					throw new IllegalStateException("TWO LEADERS");
				}
				leader.candidate().close();
				takeOvers[i] = next.granted().get(Section.WAIT_SECONDS, TimeUnit.SECONDS) - start;
				leader = next;
			}
			leader.candidate().close();
			Arrays.sort(takeOvers);
			Map<Metric, Double> figures = new EnumMap<>(Metric.class);
			figures.put(Metric.TAKE_OVER_P50, Percentiles.of(takeOvers, 0.5) / MILLI);
			figures.put(Metric.TAKE_OVER_MOST, takeOvers[TAKE_OVERS - 1] / MILLI);
			return figures;
		}

		private Standing stand(Contender contender) throws Exception {
			CompletableFuture<Long> granted = new CompletableFuture<>();
			return new Standing(
					((Elector) contender).stand(this.setting.url(), "S5", () -> granted.complete(System.nanoTime())),
					granted);
		}

	}

	/**
	 * A candidate.
	 *
	 * @param candidate the candidate
	 * @param granted when it began to lead
	 */
	private record Standing(Elector.Candidate candidate, CompletableFuture<Long> granted) {
	}

}
