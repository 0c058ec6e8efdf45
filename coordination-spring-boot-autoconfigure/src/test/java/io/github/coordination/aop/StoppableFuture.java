package io.github.coordination.aop;

import java.util.concurrent.CompletableFuture;

/**
 * A future whose work ends when it is cancelled, unlike one of the JDK.
 */
class StoppableFuture extends CompletableFuture<String> {

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		return super.cancel(mayInterruptIfRunning);
	}

}
