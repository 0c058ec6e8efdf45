package io.github.coordination.aop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.LockLostException;
import io.github.coordination.Subscription;
import io.github.coordination.annotation.LeaderOnly;

/**
 * Lets a call pass while this process leads.
 */
final class LeaderOnlyInterceptor implements AnnotationAdvisor.Interceptor {

	/** What annotations name. */
	private final FoundNames elections = new FoundNames();

	private final AnnotatedMethods<LeaderOnly, LeaderPlan> methods;

	private final Supplier<CallContext> context;

	private final OwnerCalls calls;

	/** What runs, by the election's name. */
	private final Map<String, RunningCalls> running = new ConcurrentHashMap<>();

	LeaderOnlyInterceptor(PropertyResolver placeholders, CachedSupplier<CallContext> context) {
		this.methods = new AnnotatedMethods<>(LeaderOnly.class, placeholders, (annotations, method, site) -> {
			context.prepare();
			LeaderPlan plan = new LeaderPlan(annotations.get(0), method, site);
			this.elections.add(plan.election);
			return plan;
		});
		this.context = context;
		this.calls = new OwnerCalls(context);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		LeaderPlan plan = this.methods.get(invocation);
		if (plan.interrupts || plan.adapter != null) {
			return this.calls.run(plan, invocation,
					(call) -> running(plan.election).begin(0, plan, (begun) -> leads(plan, call)));
		}
		return leads(plan, invocation) ? invocation.proceed() : OwnerCalls.elsewhere(plan);
	}

	/** Revoke calls whenever leadership is revoked. */
	Subscription watch(Election election) {
		RunningCalls calls = running(election.name());
		return election.onChange(new ElectionListener() {

			@Override
			public void onRevoked(FencingToken term) {
				calls.revoke(RunningCall::isInterruptible);
			}

		});
	}

	@Override
	public AnnotatedMethods<LeaderOnly, LeaderPlan> methods() {
		return this.methods;
	}

	/** Return what annotations name. */
	FoundNames elections() {
		return this.elections;
	}

	private RunningCalls running(String election) {
		return this.running.computeIfAbsent(election, (name) -> new RunningCalls(this.context));
	}

	private boolean leads(LeaderPlan plan, MethodInvocation invocation) {
		Election election = plan.election(this.context.get().coordinator());
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
