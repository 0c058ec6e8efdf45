package io.github.coordination.benchmarks.scenario;

import java.nio.file.Path;
import java.time.Duration;

import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * What a scenario is run with.
 *
 * @param store the store
 * @param url where it is
 * @param length how long a round lasts
 * @param idle how long a store is watched while nothing is asked of it
 * @param directory for files that end with the run
 */
record Setting(Store store, String url, Duration length, Duration idle, Path directory) {
}
