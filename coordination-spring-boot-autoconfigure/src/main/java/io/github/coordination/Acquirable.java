package io.github.coordination;

import java.time.Duration;
import java.util.Optional;

/**
 * Something that can be acquired: a lock, one side of a read-write lock, a permit of a
 * semaphore, or several locks at once. Waiting is first come, first served among
 * processes and among the threads of one process.
 *
 * <p>
 * All methods are safe for use by several threads, and all but {@code toString} may talk
 * to the store. A waiter whose session is lost queues again under the new session as long
 * as its time lasts; it never believes it was granted something in a session that is
 * over. However a call ends without a grant, its place in the queue is removed, in the
 * background if the store cannot be reached.
 */
public interface Acquirable {

	/**
	 * Return what is acquired.
	 * @return the name
	 */
	String name();

	/**
	 * Wait until it is granted, without limit.
	 * @return the handle; close it to give it back
	 * @throws InterruptedException if interrupted while waiting
	 */
	LockHandle acquire() throws InterruptedException;

	/**
	 * Wait until it is granted, for a limited time.
	 * @param waitTime how long to wait at the most; zero or less asks once
	 * @return the handle, or empty if somebody else had it all the time
	 * @throws InterruptedException if interrupted while waiting
	 * @throws BackendUnavailableException if the store could not be reached
	 * @throws IndeterminateResultException if the store's answer did not come in time
	 */
	Optional<LockHandle> tryAcquire(Duration waitTime) throws InterruptedException;

	/**
	 * Ask once, without waiting for a holder.
	 * @return the handle, or empty if somebody else has it
	 * @throws BackendUnavailableException if the store could not be reached
	 * @throws IndeterminateResultException if the store's answer did not come in time
	 * @throws SessionLostException if the session was lost meanwhile
	 */
	Optional<LockHandle> tryAcquire();

	/**
	 * Wait until it is granted, for a limited time.
	 * @param waitTime how long to wait at the most; zero or less asks once
	 * @return the handle; close it to give it back
	 * @throws LockNotAcquiredException if somebody else had it all the time
	 * @throws InterruptedException if interrupted while waiting
	 * @throws BackendUnavailableException if the store could not be reached
	 * @throws IndeterminateResultException if the store's answer did not come in time
	 */
	default LockHandle acquire(Duration waitTime) throws InterruptedException {
		return tryAcquire(waitTime).orElseThrow(() -> new LockNotAcquiredException(name(), waitTime));
	}

}
