package io.github.coordination.recipe;

import io.github.coordination.NamedLock;
import io.github.coordination.NamedReadWriteLock;

/**
 * Both sides of one queue.
 *
 * @param name the lock's name
 * @param readLock the shared side
 * @param writeLock the exclusive side
 */
record QueuedReadWriteLock(String name, NamedLock readLock, NamedLock writeLock) implements NamedReadWriteLock {
}
