package io.github.coordination.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * The caller's view of a future: cancelling it cancels the work, but the call goes on
 * until the work says that it has ended.
 */
final class GuardedFuture extends CompletableFuture<@Nullable Object> {

	private final CompletionStage<?> work;

	GuardedFuture(CompletionStage<?> work) {
		this.work = work;
	}

	/** Fail at once, and cancel the work. */
	void fail(Throwable failure) {
		completeExceptionally(failure);
		cancel(true);
	}

	/** Complete as the work has. */
	void follow(@Nullable Object value, @Nullable Throwable failure) {
		if (failure != null) {
			completeExceptionally(failure);
		}
		else {
			complete(value);
		}
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (this.work instanceof Future<?> future) {
			future.cancel(mayInterruptIfRunning);
		}
		return cancelled || isCancelled();
	}

}
