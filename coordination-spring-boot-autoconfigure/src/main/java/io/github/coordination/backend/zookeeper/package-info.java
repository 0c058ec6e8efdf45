/**
 * Backend for ZooKeeper.
 */
@NullMarked
package io.github.coordination.backend.zookeeper;

import org.jspecify.annotations.NullMarked;
