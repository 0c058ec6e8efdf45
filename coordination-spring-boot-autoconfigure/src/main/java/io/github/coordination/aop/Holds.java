package io.github.coordination.aop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.event.CoordinationEventPublisher;
import io.github.coordination.event.LockLostEvent;

/**
 * Takes the locks of calls.
 */
final class Holds {

	private final SingletonSupplier<Coordinator> coordinator;

	private final SingletonSupplier<LockDefaults> defaults;

	private final CoordinationEventPublisher events;

	private final Background background = new Background();

	Holds(Supplier<Coordinator> coordinator, Supplier<LockDefaults> defaults, CoordinationEventPublisher events) {
		this.coordinator = SingletonSupplier.of(coordinator);
		this.defaults = SingletonSupplier.of(defaults);
		this.events = events;
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

	/**
	 * Take the locks of a call.
	 * @param arguments the arguments of the call
	 * @param outer what the calls around it hold
	 * @return what it holds, {@code null} if a lock is busy and the call is to be skipped
	 */
	@Nullable Held take(LockPlan plan, @Nullable Object[] arguments, @Nullable Hold outer) throws InterruptedException {
		Duration waitTime = (plan.waitTime != null) ? plan.waitTime : this.defaults.obtain().waitTime();
		if (plan.targets.size() == 1) {
			LockTarget target = plan.targets.get(0);
			return take(plan, target, target.name(arguments), waitTime, outer, outer);
		}
		return takeAll(plan, inOrder(plan, arguments), waitTime, outer);
	}

	/**
	 * The order of the names is the same everywhere, and so cannot deadlock. A name that
	 * two keys lead to is one lock, exclusive if one of them says so.
	 */
	private static Map<String, LockTarget> inOrder(LockPlan plan, @Nullable Object[] arguments) {
		Map<String, LockTarget> targets = new TreeMap<>();
		for (LockTarget target : plan.targets) {
			targets.merge(target.name(arguments), target, (one, other) -> one.exclusive ? one : other);
		}
		return targets;
	}

	private @Nullable Held takeAll(LockPlan plan, Map<String, LockTarget> targets, Duration waitTime,
			@Nullable Hold outer) throws InterruptedException {
		long began = System.nanoTime();
		List<Held> taken = new ArrayList<>();
		Hold top = outer;
		boolean complete = false;
		try {
			for (Map.Entry<String, LockTarget> each : targets.entrySet()) {
				Duration rest = waitTime.minusNanos(System.nanoTime() - began);
				Held held = take(plan, each.getValue(), each.getKey(), rest, outer, top);
				if (held == null) {
					return null;
				}
				taken.add(held);
				top = held.top(top);
			}
			complete = true;
			return new SeveralHeld(taken);
		}
		finally {
			if (!complete) {
				new SeveralHeld(taken).abandon();
			}
		}
	}

	/**
	 * Take one lock.
	 * @param outer what the calls around hold
	 * @param top what the thread holds altogether
	 */
	private @Nullable Held take(LockPlan plan, LockTarget target, String name, Duration waitTime, @Nullable Hold outer,
			@Nullable Hold top) throws InterruptedException {
		for (Hold hold = outer; hold != null; hold = hold.outer()) {
			Held shared = hold.share(name, target.exclusive, plan);
			if (shared != null) {
				return shared;
			}
		}
		Acquirable lock = target.lock(this.coordinator.obtain(), name);
		// before it is held, because it may fail
		Duration maxHold = (plan.maxHold != null) ? plan.maxHold : this.defaults.obtain().maxHold();
		LockHandle handle = acquire(plan, lock, waitTime);
		if (handle == null) {
			return null;
		}
		return new Hold(handle, target.exclusive, maxHold, plan, this, top);
	}

	private static @Nullable LockHandle acquire(LockPlan plan, Acquirable lock, Duration waitTime)
			throws InterruptedException {
		try {
			return plan.skips ? lock.tryAcquire(waitTime).orElse(null) : lock.acquire(waitTime);
		}
		catch (InterruptedException ex) {
			if (plan.interruptible) {
				throw ex;
			}
			Thread.currentThread().interrupt();
			throw new LockNotAcquiredException("interrupted while waiting for '" + lock.name() + "'", ex);
		}
	}

}
