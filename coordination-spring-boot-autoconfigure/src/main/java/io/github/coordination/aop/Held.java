package io.github.coordination.aop;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockHandle;

/**
 * What a call holds: a lock of its own, one of a call around it, or several of both.
 */
sealed interface Held extends Permission permits Hold, NestedHold, SeveralHeld {

	/** Return what a parameter of the method is filled with. */
	LockHandle handle();

	/**
	 * Return what the thread holds while the method runs.
	 * @param outer what it held before
	 */
	@Nullable Hold top(@Nullable Hold outer);

	/** Whether it was lost while the call ran, as far as is known. */
	boolean isLost();

	/** Begin to watch over the call. */
	void begin();

}
