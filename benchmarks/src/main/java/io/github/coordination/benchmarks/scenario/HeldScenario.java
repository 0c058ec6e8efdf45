package io.github.coordination.benchmarks.scenario;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * One thread of a new process holds many names: what that costs there, and what the store
 * is asked while nobody does anything.
 */
final class HeldScenario implements Scenario {

	private static final int COUNT = 1000;

	private static final int MOST_ROUNDS = 3;

	@Override
	public String id() {
		return "S9";
	}

	@Override
	public String title() {
		return COUNT + " names held by one thread of a new process";
	}

	@Override
	public List<Metric> metrics() {
		return List.of(Metric.HEAP, Metric.THREADS_OPEN, Metric.THREADS_HELD, Metric.TAKING, Metric.IDLE);
	}

	@Override
	public boolean admits(Store store, Contender contender) {
		return true;
	}

	@Override
	public int rounds(int asked) {
		return Math.min(asked, MOST_ROUNDS);
	}

	@Override
	public Trial begin(Setting setting) {
		return new HeldTrial(setting);
	}

	private record HeldTrial(Setting setting) implements Trial {

		@Override
		public Map<Metric, Double> round(Contender contender) throws Exception {
			Store store = this.setting.store();
			try (RemoteSite site = new RemoteSite()) {
				HeldLocks.Cost cost = Waiting
					.on(site.send(new HeldLocks(store.name(), contender.name(), this.setting.url(), COUNT)));
				long before = store.requests(this.setting.url());
				long start = System.nanoTime();
				double nanos = Waiting.until(start + this.setting.idle().toNanos()) - start;
				long requests = store.requests(this.setting.url()) - before;
				Map<Metric, Double> figures = new EnumMap<>(Metric.class);
				figures.put(Metric.HEAP, cost.heap());
				figures.put(Metric.THREADS_OPEN, (double) cost.threadsOpen());
				figures.put(Metric.THREADS_HELD, (double) cost.threadsHeld());
				figures.put(Metric.TAKING, cost.taking());
				if (before != Store.NOT_COUNTED) {
					figures.put(Metric.IDLE, requests * TimeUnit.SECONDS.toNanos(1) / nanos);
				}
				return figures;
			}
		}

	}

}
