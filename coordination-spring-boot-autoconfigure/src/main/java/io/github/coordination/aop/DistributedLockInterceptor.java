package io.github.coordination.aop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.event.CoordinationEventPublisher;
import io.github.coordination.event.LockLostEvent;

/**
 * Runs a call under its lock.
 */
final class DistributedLockInterceptor implements MethodInterceptor {

	private static final Log logger = LogFactory.getLog(DistributedLockInterceptor.class);

	private final AnnotatedMethods<DistributedLock, LockPlan> methods;

	private final SingletonSupplier<Coordinator> coordinator;

	private final SingletonSupplier<Duration> waitTime;

	private final CoordinationEventPublisher events;

	private final Background background = new Background();

	/** What the running calls of a thread hold, the latest first. */
	private final ThreadLocal<@Nullable Hold> holds = new ThreadLocal<>();

	DistributedLockInterceptor(AnnotatedMethods<DistributedLock, LockPlan> methods, Supplier<Coordinator> coordinator,
			Supplier<Duration> waitTime, CoordinationEventPublisher events) {
		this.methods = methods;
		this.coordinator = SingletonSupplier.of(coordinator);
		this.waitTime = SingletonSupplier.of(waitTime);
		this.events = events;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		LockPlan plan = this.methods.get(invocation);
		String name = plan.name(invocation.getArguments());
		Hold hold = find(name);
		if (hold != null) {
			hold.enter(plan);
			return nested(invocation, plan, hold);
		}
		LockHandle handle = acquire(plan, name);
		if (handle == null) {
			logger.debug("'" + name + "' is busy: skipped " + plan.label);
			return plan.returns.skipped();
		}
		return outermost(invocation, plan, handle);
	}

	Background background() {
		return this.background;
	}

	/**
	 * A lock was lost that the coordinator knows nothing of, because it was given back.
	 */
	void lost(String name, FencingToken token) {
		this.events.publish(new LockLostEvent(this.coordinator.obtain(), name, token));
	}

	private @Nullable Hold find(String name) {
		Hold hold = this.holds.get();
		while (hold != null && !hold.covers(name)) {
			hold = hold.outer();
		}
		return hold;
	}

	private @Nullable LockHandle acquire(LockPlan plan, String name) throws InterruptedException {
		Acquirable lock = plan.lock(this.coordinator.obtain(), name);
		Duration waitTime = (plan.waitTime != null) ? plan.waitTime : this.waitTime.obtain();
		try {
			return plan.skips ? lock.tryAcquire(waitTime).orElse(null) : lock.acquire(waitTime);
		}
		catch (InterruptedException ex) {
			if (plan.interruptible) {
				throw ex;
			}
			Thread.currentThread().interrupt();
			throw new LockNotAcquiredException("interrupted while waiting for '" + name + "'", ex);
		}
	}

	private @Nullable Object nested(MethodInvocation invocation, LockPlan plan, Hold hold) throws Throwable {
		CompletionStage<?> pending = null;
		try {
			plan.parameters.fill(invocation.getArguments(), hold);
			Object result = invocation.proceed();
			pending = plan.returns.pending(result);
			return (pending != null) ? hold.until(pending) : result;
		}
		finally {
			if (pending == null) {
				hold.end();
			}
		}
	}

	private @Nullable Object outermost(MethodInvocation invocation, LockPlan plan, LockHandle handle) throws Throwable {
		Hold outer = this.holds.get();
		Hold hold = new Hold(handle, plan, this, outer);
		Object result = null;
		CompletionStage<?> pending = null;
		Throwable failure = null;
		this.holds.set(hold);
		try {
			hold.begin();
			plan.parameters.fill(invocation.getArguments(), hold);
			result = invocation.proceed();
			pending = plan.returns.pending(result);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		if (outer != null) {
			this.holds.set(outer);
		}
		else {
			this.holds.remove();
		}
		hold.leave();
		if (pending != null) {
			return hold.until(pending);
		}
		if (!hold.end()) {
			if (plan.interrupts) {
				if (result instanceof CompletableFuture<?>) {
					return CompletableFuture.failedFuture(hold.lostException(failure));
				}
				throw hold.lostException(failure);
			}
			logger.warn(hold.lostException(null).getMessage());
		}
		if (failure != null) {
			throw failure;
		}
		return result;
	}

}
