package io.github.coordination.annotation;

import io.github.coordination.LockLostException;

/**
 * What happens to a call whose lock is lost while it runs.
 */
public enum OnLost {

	/**
	 * Its thread is interrupted, only while the call runs, and the caller gets
	 * {@link LockLostException} whatever the method made of the interrupt. A future that
	 * the method has returned already fails with it at once, and the method's own one is
	 * cancelled if its class has a {@code cancel} of its own: that of
	 * {@link java.util.concurrent.CompletableFuture} stops nothing. A subscription is
	 * cancelled.
	 */
	INTERRUPT,

	/**
	 * It goes on, and the caller gets its result. The loss is an event and a warning in
	 * the log.
	 */
	NOTIFY

}
