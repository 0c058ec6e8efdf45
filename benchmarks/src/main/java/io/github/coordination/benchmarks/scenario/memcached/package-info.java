/**
 * memcached: the bare commands.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.memcached;

import org.jspecify.annotations.NullMarked;
