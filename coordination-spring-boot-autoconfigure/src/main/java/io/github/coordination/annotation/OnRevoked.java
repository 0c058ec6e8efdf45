package io.github.coordination.annotation;

import io.github.coordination.LockLostException;

/**
 * What happens to a call that is running when what it runs by moves to another process:
 * leadership, or the slot of a key.
 */
public enum OnRevoked {

	/**
	 * Its thread is interrupted, only while the call runs, and the caller gets
	 * {@link LockLostException} whatever the method made of the interrupt. A future that
	 * the method has returned fails with it at once, and the method's own one is
	 * cancelled if its class has a {@code cancel} of its own: that of
	 * {@link java.util.concurrent.CompletableFuture} stops nothing, and its work is
	 * waited for. A subscription is cancelled.
	 */
	INTERRUPT,

	/**
	 * It goes on, and the caller gets its result. The change is an event.
	 */
	NOTIFY

}
