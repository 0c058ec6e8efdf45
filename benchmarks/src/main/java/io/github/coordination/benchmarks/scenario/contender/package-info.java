/**
 * What every store and every library looks like to the scenarios.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.contender;

import org.jspecify.annotations.NullMarked;
