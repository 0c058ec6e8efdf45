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
final class DeferredLockCall implements DeferredCall<Held> {

	/** Where Micrometer keeps the current observation of a chain. */
	private static final String OBSERVATION = "micrometer.observation";

	private final DistributedLockInterceptor interceptor;

	private final LockPlan plan;

	private final MethodInvocation invocation;

	private final @Nullable Hold outer;

	private final @Nullable ObservedCall observed;

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
	public @Nullable Held enter() throws InterruptedException {
		return this.interceptor.take(this.plan, this.invocation, this.outer, this.observed);
	}

	@Override
	public @Nullable Object proceed(Held held) throws Throwable {
		return this.interceptor.proceed(this.plan, this.invocation, held, this.outer);
	}

	@Override
	public Map<Object, Object> carried(Held held) {
		Map<Object, Object> carried = new HashMap<>();
		Hold top = held.top(this.outer);
		if (top != null) {
			carried.put(Hold.class, top);
		}
		if (this.observed != null) {
			carried.put(OBSERVATION, this.observed.observation());
		}
		return carried;
	}

	@Override
	public void over(@Nullable Held held, @Nullable Throwable failure) {
		if (this.observed != null) {
			this.observed.over(held, failure);
		}
	}

}
