package io.github.coordination.aop;

import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.FencingToken;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.annotation.LeaderOnly;

/**
 * Lets a call pass while this process leads.
 */
final class LeaderOnlyInterceptor implements MethodInterceptor {

	private final AnnotatedMethods<LeaderOnly, LeaderPlan> methods;

	private final SingletonSupplier<Coordinator> coordinator;

	LeaderOnlyInterceptor(AnnotatedMethods<LeaderOnly, LeaderPlan> methods, Supplier<Coordinator> coordinator) {
		this.methods = methods;
		this.coordinator = SingletonSupplier.of(coordinator);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		LeaderPlan plan = this.methods.get(invocation);
		if (leads(plan, invocation)) {
			return invocation.proceed();
		}
		if (plan.skips) {
			return plan.returns.skipped();
		}
		throw new LockNotAcquiredException(
				"this process does not lead '" + plan.election + "', so " + plan.label + " must not run here");
	}

	private boolean leads(LeaderPlan plan, MethodInvocation invocation) {
		Election election = plan.election(this.coordinator.obtain());
		if (!plan.parameters.hasToken()) {
			return election.isLeader();
		}
		try {
			FencingToken term = election.term();
			plan.parameters.fill(invocation.getArguments(), term);
			return true;
		}
		catch (LockLostException ex) {
			return false;
		}
	}

}
