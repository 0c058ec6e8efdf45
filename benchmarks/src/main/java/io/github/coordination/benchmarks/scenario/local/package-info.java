/**
 * The stores without a server: a check of the scenarios themselves.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.local;

import org.jspecify.annotations.NullMarked;
