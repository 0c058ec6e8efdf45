package io.github.coordination.benchmarks.scenario;

import java.time.Duration;
import java.util.List;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * Threads of one process or of two that enter sections as often as they can.
 *
 * @param id what the command line calls it
 * @param title what happens in it
 * @param processes how many processes take part, one or two
 * @param threads how many threads in each
 * @param names under how many names
 * @param hold how long they stay inside
 * @param metrics what the table shows of it
 */
record CrowdScenario(String id, String title, int processes, int threads, int names, Duration hold,
		List<Metric> metrics) implements Scenario {

	@Override
	public boolean admits(Store store, Contender contender) {
		boolean contended = this.names < this.processes * this.threads;
		return (contender.waits() || !contended) && (this.processes == 1 || store.reach() != Store.Reach.PROCESS);
	}

	@Override
	public Trial begin(Setting setting) throws Exception {
		return new CrowdTrial(this, setting);
	}

}
