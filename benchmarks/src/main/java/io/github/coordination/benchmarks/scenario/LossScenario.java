package io.github.coordination.benchmarks.scenario;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.CoordinatorContender;
import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * The network falls silent, and nobody is told: from the local deadline to the call that
 * says a lock is lost. No peer has a deadline to set it against.
 */
final class LossScenario implements Scenario {

	@Override
	public String id() {
		return "LOST";
	}

	@Override
	public String title() {
		return SilentNetwork.HOLDERS + " coordinators, each with a lock, and the network falls silent";
	}

	@Override
	public List<Metric> metrics() {
		return List.of(Metric.LATENESS_P50, Metric.LATENESS_MOST);
	}

	@Override
	public boolean admits(Store store, Contender contender) {
		return contender instanceof CoordinatorContender && store.reach() == Store.Reach.NETWORK;
	}

	@Override
	public Trial begin(Setting setting) {
		return new LossTrial(setting);
	}

	private record LossTrial(Setting setting) implements Trial {

		@Override
		public Map<Metric, Double> round(Contender contender) throws Exception {
			try (SilentNetwork network = new SilentNetwork(this.setting.url())) {
				long[] lateness = network.lateness();
				Map<Metric, Double> figures = new EnumMap<>(Metric.class);
				figures.put(Metric.LATENESS_P50, Percentiles.of(lateness, 0.5) / 1_000_000);
				figures.put(Metric.LATENESS_MOST, Percentiles.of(lateness, 1) / 1_000_000);
				return figures;
			}
		}

	}

}
