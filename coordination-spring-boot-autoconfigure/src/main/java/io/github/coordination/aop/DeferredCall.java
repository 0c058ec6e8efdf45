package io.github.coordination.aop;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The call of one subscription.
 *
 * @param <P> what it runs by
 */
interface DeferredCall<P extends Permission> {

	/**
	 * Ask for what it runs by; may block, and is interrupted when nobody waits any more.
	 * @return {@code null} if the call is to be skipped
	 */
	@Nullable P enter() throws Throwable;

	/**
	 * Run the method, on the thread that entered. The work that it returned may run there
	 * too, and only then this thread leaves the permission.
	 * @return what is to be subscribed to
	 */
	@Nullable Object proceed(P granted) throws Throwable;

	/** What the calls inside of this one are to know, by its type. */
	default Map<Object, Object> carried(P granted) {
		return Map.of();
	}

	/**
	 * It is over.
	 * @param granted what it ran by, if it did run
	 * @param failure what it failed with, if it did
	 */
	default void over(@Nullable P granted, @Nullable Throwable failure) {
	}

}
