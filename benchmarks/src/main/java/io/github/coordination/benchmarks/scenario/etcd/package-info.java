/**
 * etcd: the bare requests, and what users would pick instead.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.etcd;

import org.jspecify.annotations.NullMarked;
