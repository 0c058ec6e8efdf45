package io.github.coordination.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;

/**
 * Follows calls to their end, which is that of the method, of the future it returned, or
 * of a subscription to what it returned.
 */
final class Calls {

	private final Supplier<CallContext> context;

	Calls(Supplier<CallContext> context) {
		this.context = context;
	}

	/**
	 * Run a call.
	 * @param permission what it runs by
	 * @param method runs the method
	 */
	@Nullable Object run(Permission permission, CallPlan plan, Body method) throws Throwable {
		Object result = null;
		CompletionStage<?> pending = null;
		Throwable failure = null;
		try {
			result = method.run();
			pending = plan.returns.pending(result);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		permission.leave();
		if (pending != null) {
			return until(pending, permission, plan.interrupts);
		}
		if (!permission.end() && plan.interrupts) {
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
	 * @param <P> what it runs by
	 * @param adapter of the method's return type
	 * @param interrupts whether subscribers are to know that what they run by was lost
	 * @param calls makes the call of a subscription, from what calls around it carry
	 * @return what the caller subscribes to
	 */
	<P extends Permission> Object defer(ReactiveAdapter adapter, boolean interrupts,
			Function<Function<Object, @Nullable Object>, DeferredCall<P>> calls) {
		return new ReactiveCalls(this.context.get().background()).defer(adapter, interrupts, calls);
	}

	private CompletableFuture<?> until(CompletionStage<?> work, Permission permission, boolean interrupts) {
		GuardedFuture result = new GuardedFuture(work);
		if (interrupts) {
			permission.onLost(() -> result.fail(permission.lostException(null)));
		}
		Background background = this.context.get().background();
		// elsewhere, because giving back may block and the completing thread may be the
		// store's own
		GuardedFuture.endOf(work)
			.whenComplete((value, failure) -> background.execute(() -> result.end(permission, interrupts)));
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
