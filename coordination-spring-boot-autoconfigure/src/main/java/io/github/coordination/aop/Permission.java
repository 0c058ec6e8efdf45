package io.github.coordination.aop;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockLostException;
import io.github.coordination.Subscription;

/**
 * The right by which a call runs, from when it was given until the call is over.
 */
interface Permission {

	/** The method is not interrupted any more; to be called by the thread that ran it. */
	void leave();

	/**
	 * The call, or what it has returned, is over.
	 * @return {@code false} if the right was lost before
	 */
	boolean end();

	/** Give back what was granted for a call that does not run after all. */
	void abandon();

	/** Call back when it is lost, on a thread of its own. */
	Subscription onLost(Runnable callback);

	/** Tell what was lost, and why. */
	LockLostException lostException(@Nullable Throwable cause);

}
