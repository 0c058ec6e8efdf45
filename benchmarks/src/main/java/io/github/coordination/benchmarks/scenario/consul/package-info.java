/**
 * Consul: the bare requests, and this library.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.consul;

import org.jspecify.annotations.NullMarked;
