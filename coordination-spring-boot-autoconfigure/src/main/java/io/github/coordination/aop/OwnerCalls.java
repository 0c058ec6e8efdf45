package io.github.coordination.aop;

import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;

import io.github.coordination.LockNotAcquiredException;

/**
 * Runs calls where they belong, and does elsewhere what they ask for.
 */
final class OwnerCalls {

	private final Calls calls;

	OwnerCalls(Supplier<CallContext> context) {
		this.calls = new Calls(context);
	}

	/**
	 * Run a call, or each subscription to what it returns.
	 * @param entrance asks whether it may run
	 */
	@Nullable Object run(OwnerPlan plan, MethodInvocation invocation, Entrance entrance) throws Throwable {
		ReactiveAdapter adapter = plan.adapter;
		if (adapter != null) {
			return this.calls.defer(adapter, plan.interrupts, (inherited) -> new Deferred(plan, invocation, entrance));
		}
		RunningCall call = entrance.enter(invocation);
		if (call == null) {
			return elsewhere(plan);
		}
		return this.calls.run(call, plan, invocation::proceed);
	}

	/** What a call returns in a process that must not run it. */
	static @Nullable Object elsewhere(OwnerPlan plan) {
		requireSkipping(plan);
		return plan.returns.skipped();
	}

	private static void requireSkipping(OwnerPlan plan) {
		if (!plan.skips) {
			throw new LockNotAcquiredException(
					"this process does not have " + plan.owned() + ", so " + plan.label + " must not run here");
		}
	}

	/**
	 * Asks whether a call may run.
	 */
	@FunctionalInterface
	interface Entrance {

		/**
		 * Begin a call and fill in its parameters.
		 * @return the call, {@code null} if it must not run here
		 */
		@Nullable RunningCall enter(MethodInvocation invocation);

	}

	/**
	 * The call of a subscription.
	 */
	private static final class Deferred implements DeferredCall<RunningCall> {

		private final OwnerPlan plan;

		private final MethodInvocation invocation;

		private final Entrance entrance;

		Deferred(OwnerPlan plan, MethodInvocation invocation, Entrance entrance) {
			this.plan = plan;
			this.invocation = ((ProxyMethodInvocation) invocation).invocableClone();
			this.entrance = entrance;
		}

		@Override
		public @Nullable RunningCall enter() {
			RunningCall call = this.entrance.enter(this.invocation);
			if (call == null) {
				requireSkipping(this.plan);
			}
			return call;
		}

		@Override
		public @Nullable Object proceed(RunningCall granted) throws Throwable {
			return this.invocation.proceed();
		}

	}

}
