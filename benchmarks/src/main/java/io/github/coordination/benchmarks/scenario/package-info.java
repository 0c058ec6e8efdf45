/**
 * Scenarios: this library, its peers and the bare requests of each store, measured side
 * by side in one run. {@code Scenarios} is the program. A store and its contenders are a
 * package of their own below this one.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
