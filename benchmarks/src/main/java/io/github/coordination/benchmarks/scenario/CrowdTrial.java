package io.github.coordination.benchmarks.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import io.github.coordination.benchmarks.scenario.contender.Contender;

/**
 * Crowds in this process, and in another one if the scenario wants two. After each round
 * it checks that nobody was inside together with somebody else.
 */
final class CrowdTrial implements Scenario.Trial {

	private static final int WARM_UP_ROUNDS = 2;

	private final CrowdScenario scenario;

	private final Setting setting;

	private final Site site = new Site();

	private final @Nullable RemoteSite other;

	CrowdTrial(CrowdScenario scenario, Setting setting) throws IOException {
		this.scenario = scenario;
		this.setting = setting;
		this.other = (scenario.processes() > 1) ? new RemoteSite() : null;
	}

	@Override
	public void admit(Contender contender) throws Exception {
		Plan plan = plan(contender);
		new OpenCrowd(this.setting.store().name(), contender.name(), this.setting.url(), plan, 0).run(this.site);
		if (this.other != null) {
			Waiting.on(this.other
				.send(new OpenCrowd(this.setting.store().name(), contender.name(), this.setting.url(), plan, 1)));
		}
		evaluate(contender, this.setting.length().multipliedBy(WARM_UP_ROUNDS));
	}

	@Override
	public Map<Metric, Double> round(Contender contender) throws Exception {
		return evaluate(contender, this.setting.length()).figures();
	}

	private Evaluation evaluate(Contender contender, Duration length) throws Exception {
		Counters counters = plan(contender).counters();
		long[] before = new long[this.scenario.names()];
		for (int i = 0; i < before.length; i++) {
			before[i] = counters.get(i);
		}
		// the logs of the round before belong to nobody's time
		System.gc();
		Window window = Window.of(length);
		RunCrowd order = new RunCrowd(contender.name(), window);
		@Nullable Future<ArrayList<Log>> there = (this.other != null) ? this.other.send(order) : null;
		List<Log> logs = order.run(this.site);
		if (there != null) {
			logs.addAll(Waiting.on(there));
		}
		Evaluation evaluation = new Evaluation(logs, window);
		for (int i = 0; i < before.length; i++) {
			requireExclusion(evaluation.count(i), counters.get(i) - before[i], evaluation.overlaps());
		}
		return evaluation;
	}

	private static void requireExclusion(long sections, long counted, long overlaps) {
		if (counted != sections || overlaps != 0) {
			throw new IllegalStateException("NO MUTUAL EXCLUSION: of " + sections + " sections " + counted
					+ " were counted, and " + overlaps + " began before the one before had ended");
		}
	}

	private Plan plan(Contender contender) {
		String file = this.scenario.id() + "-" + contender.name() + ".counters";
		return new Plan(this.scenario.id(), this.scenario.names(), this.scenario.threads(), this.scenario.hold(),
				this.setting.directory().resolve(file).toString());
	}

	@Override
	public void close() {
		if (this.other != null) {
			this.other.close();
		}
		this.site.close();
	}

}
