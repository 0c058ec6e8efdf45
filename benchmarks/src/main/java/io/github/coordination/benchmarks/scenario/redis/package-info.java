/**
 * Redis: the bare requests, and what users would pick instead.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.redis;

import org.jspecify.annotations.NullMarked;
