package io.github.coordination.aop;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The call of one subscription.
 */
interface DeferredCall {

	/**
	 * Ask for what it runs by; may block, and is interrupted when nobody waits any more.
	 * @return {@code null} if the call is to be skipped
	 */
	@Nullable Permission enter() throws Throwable;

	/**
	 * Run the method, on the thread that entered. The work that it returned may run there
	 * too, and only then this thread leaves the permission.
	 * @return what is to be subscribed to
	 */
	@Nullable Object proceed() throws Throwable;

	/**
	 * Nobody waits any more for a permission that was given meanwhile.
	 */
	void abandon(Permission permission);

	/** Whether the subscriber is to know that the permission was lost. */
	boolean interrupts();

	/** What the calls inside of this one are to know, by its type. */
	default Map<Object, Object> carried() {
		return Map.of();
	}

	/**
	 * It is over.
	 * @param failure what it failed with, if it did
	 */
	default void over(@Nullable Throwable failure) {
	}

}
