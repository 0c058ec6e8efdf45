/**
 * ZooKeeper: the bare requests, and what users would pick instead.
 */
@NullMarked
package io.github.coordination.benchmarks.scenario.zookeeper;

import org.jspecify.annotations.NullMarked;
