package io.github.coordination.benchmarks.scenario;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.coordination.benchmarks.scenario.contender.Contender;

/**
 * Runs one scenario: every round has each contender once, and another one begins it.
 */
final class Rounds {

	private final Scenario scenario;

	private final Setting setting;

	private final int rounds;

	private final Results results = new Results();

	private final List<Contender> contenders;

	Rounds(Scenario scenario, Setting setting, Options options) {
		this.scenario = scenario;
		this.setting = setting;
		this.rounds = scenario.rounds(options.rounds());
		this.contenders = new CopyOnWriteArrayList<>(setting.store()
			.contenders()
			.stream()
			.filter((contender) -> scenario.admits(setting.store(), contender))
			.filter((contender) -> options.contenders().isEmpty() || options.contenders().contains(contender.name()))
			.toList());
	}

	boolean hasContenders() {
		return !this.contenders.isEmpty();
	}

	Results run() throws Exception {
		try (Scenario.Trial trial = this.scenario.begin(this.setting)) {
			for (Contender contender : this.contenders) {
				this.results.expect(contender.name());
				attempt(contender, () -> trial.admit(contender));
			}
			for (int i = 0; i < this.rounds; i++) {
				for (Contender contender : this.contenders) {
					attempt(contender, () -> this.results.add(contender.name(), trial.round(contender)));
				}
				if (!this.contenders.isEmpty()) {
					Collections.rotate(this.contenders, 1);
				}
			}
		}
		return this.results;
	}

	/** Who fails takes no further part; the others go on. */
	private void attempt(Contender contender, Step step) {
		try {
			step.run();
		}
		catch (Exception | LinkageError ex) {
			ex.printStackTrace();
			this.results.fail(contender.name(), ex);
			this.contenders.remove(contender);
		}
	}

	/** Something that may fail. */
	private interface Step {

		void run() throws Exception;

	}

}
