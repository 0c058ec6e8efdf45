package io.github.coordination.aop;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.annotation.DistributedLock;

/**
 * Runs a call under its locks.
 */
final class DistributedLockInterceptor implements AnnotationAdvisor.Interceptor {

	private static final Log logger = LogFactory.getLog(DistributedLockInterceptor.class);

	private final AnnotatedMethods<DistributedLock, LockPlan> methods;

	private final Holds holds;

	private final Supplier<CallContext> context;

	private final Calls calls;

	/** What the running calls of a thread hold, the latest first. */
	private final ThreadLocal<@Nullable Hold> current = new ThreadLocal<>();

	DistributedLockInterceptor(PropertyResolver placeholders, CachedSupplier<CallContext> context) {
		this.methods = new AnnotatedMethods<>(DistributedLock.class, placeholders, (annotations, method, site) -> {
			context.prepare();
			return LockPlan.read(annotations, method, site);
		});
		this.holds = new Holds(context);
		this.context = context;
		this.calls = new Calls(context);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		LockPlan plan = this.methods.get(invocation);
		ReactiveAdapter adapter = plan.adapter;
		if (adapter != null) {
			return this.calls.defer(adapter, plan.interrupts,
					(inherited) -> new DeferredLockCall(this, plan, invocation, inherited, this.current.get()));
		}
		ObservedCall observed = observe(plan, null);
		if (observed != null) {
			return call(plan, invocation, observed);
		}
		Hold outer = this.current.get();
		Held held = take(plan, invocation, outer, null);
		return (held != null) ? call(plan, invocation, held, outer) : plan.returns.skipped();
	}

	@Override
	public AnnotatedMethods<DistributedLock, LockPlan> methods() {
		return this.methods;
	}

	@Nullable ObservedCall observe(LockPlan plan, @Nullable Observation parent) {
		return this.context.get().observations().begin(plan, parent);
	}

	/** Take the locks of a call. */
	@Nullable Held take(LockPlan plan, MethodInvocation invocation, @Nullable Hold outer, @Nullable ObservedCall observed)
			throws InterruptedException {
		if (observed == null) {
			return told(plan, this.holds.take(plan, invocation.getArguments(), outer));
		}
		try {
			observed.asks(plan.name(invocation.getArguments()));
			Held held = told(plan, this.holds.take(plan, invocation.getArguments(), outer));
			observed.took(held);
			return held;
		}
		catch (InterruptedException | RuntimeException ex) {
			observed.refused(ex);
			throw ex;
		}
	}

	/** Run the method of a call that has taken its locks. */
	@Nullable Object proceed(LockPlan plan, MethodInvocation invocation, Held held, @Nullable Hold outer) throws Throwable {
		// not outer, which a subscription has from its subscriber and not from this
		// thread
		Hold before = this.current.get();
		this.current.set(held.top(outer));
		try {
			held.begin();
			plan.parameters.fill(invocation.getArguments(), held.handle());
			return invocation.proceed();
		}
		finally {
			if (before != null) {
				this.current.set(before);
			}
			else {
				this.current.remove();
			}
		}
	}

	private @Nullable Object call(LockPlan plan, MethodInvocation invocation, Held held, @Nullable Hold outer)
			throws Throwable {
		return this.calls.run(held, plan, () -> proceed(plan, invocation, held, outer));
	}

	private @Nullable Object call(LockPlan plan, MethodInvocation invocation, ObservedCall observed) throws Throwable {
		Hold outer = this.current.get();
		Held held = null;
		Object result = null;
		Throwable failure = null;
		Observation.Scope scope = observed.observation().openScope();
		try {
			held = take(plan, invocation, outer, observed);
			result = (held != null) ? call(plan, invocation, held, outer) : plan.returns.skipped();
		}
		catch (Throwable ex) {
			failure = ex;
		}
		finally {
			scope.close();
		}
		if (failure != null) {
			observed.over(held, failure);
			throw failure;
		}
		observed.returned(held, result);
		return result;
	}

	private static @Nullable Held told(LockPlan plan, @Nullable Held held) {
		if (held == null) {
			logger.debug("A lock is busy: skipped " + plan.label);
		}
		return held;
	}

}
