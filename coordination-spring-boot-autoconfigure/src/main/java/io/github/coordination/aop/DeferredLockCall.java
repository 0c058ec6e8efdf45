package io.github.coordination.aop;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

import io.micrometer.observation.Observation;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;

/**
 * A subscription's call under locks. What is subscribed to inside of it shares them.
 */
final class DeferredLockCall implements DeferredCall {

	/** Where Micrometer keeps the current observation of a chain. */
	private static final String OBSERVATION = "micrometer.observation";

	private final DistributedLockInterceptor interceptor;

	private final LockPlan plan;

	private final MethodInvocation invocation;

	private final @Nullable Hold outer;

	private final @Nullable ObservedCall observed;

	private volatile @Nullable Held held;

	/**
	 * Create it.
	 * @param invocation the call that returned what is subscribed to
	 * @param inherited what the subscriber carries
	 * @param current what the subscribing thread holds
	 */
	DeferredLockCall(DistributedLockInterceptor interceptor, LockPlan plan, MethodInvocation invocation,
			Function<Object, @Nullable Object> inherited, @Nullable Hold current) {
		this.interceptor = interceptor;
		this.plan = plan;
		this.invocation = ((ProxyMethodInvocation) invocation).invocableClone();
		this.outer = (inherited.apply(Hold.class) instanceof Hold hold) ? hold : current;
		this.observed = interceptor.observe(plan,
				(inherited.apply(OBSERVATION) instanceof Observation parent) ? parent : null);
	}

	@Override
	public @Nullable Permission enter() throws InterruptedException {
		Held taken = this.interceptor.take(this.plan, this.invocation, this.outer, this.observed);
		this.held = taken;
		return taken;
	}

	@Override
	public @Nullable Object proceed() throws Throwable {
		return this.interceptor.proceed(this.plan, this.invocation, required(), this.outer);
	}

	@Override
	public void abandon(Permission permission) {
		required().abandon();
	}

	@Override
	public boolean interrupts() {
		return this.plan.interrupts;
	}

	@Override
	public Map<Object, Object> carried() {
		Map<Object, Object> carried = new HashMap<>();
		Hold top = required().top(this.outer);
		if (top != null) {
			carried.put(Hold.class, top);
		}
		if (this.observed != null) {
			carried.put(OBSERVATION, this.observed.observation());
		}
		return carried;
	}

	@Override
	public void over(@Nullable Throwable failure) {
		if (this.observed != null) {
			this.observed.over(this.held, failure);
		}
	}

	private Held required() {
		Held taken = this.held;
		if (taken == null) {
			throw new IllegalStateException("nothing was taken for " + this.plan.label);
		}
		return taken;
	}

}
