package io.github.coordination.benchmarks.scenario;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a crowd does.
 *
 * @param scenario the scenario, part of all names
 * @param names the number of names; threads take them in turn
 * @param threads the number of threads in each process
 * @param hold how long they stay inside
 * @param file where all processes count
 */
record Plan(String scenario, int names, int threads, Duration hold, String file) implements Serializable {

	Counters counters() throws IOException {
		return new Counters(Path.of(this.file), this.names);
	}

	int number(int process, int thread) {
		return (process * this.threads + thread) % this.names;
	}

	String name(String contender, int number) {
		return this.scenario + "-" + contender + "-" + number;
	}

}
