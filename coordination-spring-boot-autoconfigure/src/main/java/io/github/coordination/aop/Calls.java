package io.github.coordination.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;

/**
 * Follows calls to their end, which is that of the method, of the future it returned, or
 * of a subscription to what it returned.
 */
final class Calls {

	private final Background background;

	Calls(Background background) {
		this.background = background;
	}

	/**
	 * Run a call.
	 * @param permission what it runs by
	 * @param interrupts whether the caller is to know that it was lost
	 * @param method runs the method
	 */
	@Nullable Object run(Permission permission, boolean interrupts, ReturnKind returns, Body method) throws Throwable {
		Object result = null;
		CompletionStage<?> pending = null;
		Throwable failure = null;
		try {
			result = method.run();
			pending = returns.pending(result);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		permission.leave();
		if (pending != null) {
			return until(pending, permission, interrupts);
		}
		if (!permission.end() && interrupts) {
			if (result instanceof CompletableFuture<?>) {
				return CompletableFuture.failedFuture(permission.lostException(failure));
			}
			throw permission.lostException(failure);
		}
		if (failure != null) {
			throw failure;
		}
		return result;
	}

	/**
	 * Defer a call until somebody subscribes.
	 * @param adapter of the method's return type
	 * @param calls makes the call of a subscription, from what calls around it carry
	 * @return what the caller subscribes to
	 */
	Object defer(ReactiveAdapter adapter, Function<Function<Object, @Nullable Object>, DeferredCall> calls) {
		return new ReactiveCalls(this.background).defer(adapter, calls);
	}

	private CompletableFuture<?> until(CompletionStage<?> work, Permission permission, boolean interrupts) {
		GuardedFuture result = new GuardedFuture(work);
		if (interrupts) {
			permission.onLost(() -> result.fail(permission.lostException(null)));
		}
		// elsewhere, because giving back may block and the completing thread may be the
		// store's own
		GuardedFuture.endOf(work)
			.whenComplete((value, failure) -> this.background.execute(() -> result.end(permission, interrupts)));
		return result;
	}

	/**
	 * The method of a call, which may throw anything.
	 */
	@FunctionalInterface
	interface Body {

		@Nullable Object run() throws Throwable;

	}

}
