package io.github.coordination;

/**
 * A lock that many readers share or one writer has alone. Nobody is overtaken: a reader
 * that comes after a waiting writer waits behind it.
 */
public interface NamedReadWriteLock {

	/**
	 * Return the name.
	 * @return the name
	 */
	String name();

	/**
	 * Return the shared side. Its tokens order grants but must not guard a resource.
	 * @return the read lock
	 */
	NamedLock readLock();

	/**
	 * Return the exclusive side: the same as {@link Coordinator#lock} of this name.
	 * @return the write lock
	 */
	NamedLock writeLock();

}
