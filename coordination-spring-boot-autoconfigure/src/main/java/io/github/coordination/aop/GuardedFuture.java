package io.github.coordination.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * The caller's view of a future: cancelling it cancels the work if that can be stopped,
 * but the call goes on until the work says that it has ended.
 */
final class GuardedFuture extends CompletableFuture<@Nullable Object> {

	private final CompletionStage<?> work;

	private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

	GuardedFuture(CompletionStage<?> work) {
		this.work = work;
	}

	/** Return what completes when the work behind a stage is over. */
	static CompletionStage<?> endOf(CompletionStage<?> stage) {
		return (stage instanceof GuardedFuture guarded) ? guarded.ended : stage;
	}

	/** Fail at once, and cancel the work. */
	void fail(Throwable failure) {
		completeExceptionally(failure);
		cancel(true);
	}

	/** The work is over: end the call, and complete as the work has. */
	void end(Permission permission, boolean interrupts) {
		this.work.whenComplete((value, failure) -> end(permission, interrupts, value, failure));
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (this.work instanceof Future<?> future && canBeStopped(future)) {
			future.cancel(mayInterruptIfRunning);
		}
		return cancelled || isCancelled();
	}

	private void end(Permission permission, boolean interrupts, @Nullable Object value, @Nullable Throwable failure) {
		try {
			if (!permission.end() && interrupts) {
				completeExceptionally(permission.lostException(failure));
			}
			else if (failure != null) {
				completeExceptionally(failure);
			}
			else {
				complete(value);
			}
		}
		catch (Throwable ex) {
			// nobody else would tell those who wait
			completeExceptionally(ex);
		}
		finally {
			this.ended.complete(null);
		}
	}

	/**
	 * To cancel a {@link CompletableFuture} as the JDK has it completes it and stops
	 * nothing, and the end of the work would not be seen any more.
	 */
	private static boolean canBeStopped(Future<?> future) {
		try {
			Class<?> stopping = future.getClass().getMethod("cancel", boolean.class).getDeclaringClass();
			return stopping.getNestHost() != CompletableFuture.class;
		}
		catch (NoSuchMethodException ex) {
			return false;
		}
	}

}
