package io.github.coordination.aop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.event.LockLostEvent;

/**
 * Takes the locks of calls.
 */
final class Holds {

	private final Supplier<CallContext> context;

	Holds(Supplier<CallContext> context) {
		this.context = context;
	}

	Background background() {
		return this.context.get().background();
	}

	/**
	 * A lock was lost that the coordinator knows nothing of, because it was given back.
	 */
	void lost(String name, FencingToken token) {
		CallContext context = this.context.get();
		context.events().publish(new LockLostEvent(context.coordinator(), name, token));
	}

	/**
	 * Take the locks of a call.
	 * @param arguments the arguments of the call
	 * @param outer what the calls around it hold
	 * @return what it holds, {@code null} if a lock is busy and the call is to be skipped
	 */
	@Nullable Held take(LockPlan plan, @Nullable Object[] arguments, @Nullable Hold outer) throws InterruptedException {
		if (plan.targets.size() > 1) {
			return takeAll(plan, inOrder(plan, arguments), outer);
		}
		LockTarget target = plan.targets.get(0);
		String name = target.name(arguments);
		Held shared = share(plan, target, name, outer);
		if (shared != null) {
			return shared;
		}
		Acquirable lock = target.lock(this.context.get().coordinator(), name);
		// before it is held, because it may fail
		Duration maxHold = maxHold(plan);
		LockHandle handle = acquire(plan, lock);
		return (handle != null) ? new Hold(handle, target.exclusive, maxHold, plan, this, outer) : null;
	}

	/** A name that two keys lead to is one lock, exclusive if one of them says so. */
	private static Map<String, LockTarget> inOrder(LockPlan plan, @Nullable Object[] arguments) {
		Map<String, LockTarget> targets = new TreeMap<>();
		for (LockTarget target : plan.targets) {
			targets.merge(target.name(arguments), target, (one, other) -> one.exclusive ? one : other);
		}
		return targets;
	}

	/** Share what calls around hold, and wait for the others together. */
	private @Nullable Held takeAll(LockPlan plan, Map<String, LockTarget> targets, @Nullable Hold outer)
			throws InterruptedException {
		Coordinator coordinator = this.context.get().coordinator();
		Map<String, Held> taken = new TreeMap<>();
		List<Acquirable> missing = new ArrayList<>();
		boolean complete = false;
		try {
			targets.forEach((name, target) -> {
				Held shared = share(plan, target, name, outer);
				if (shared != null) {
					taken.put(name, shared);
				}
				else {
					missing.add(target.lock(coordinator, name));
				}
			});
			if (!missing.isEmpty()) {
				Duration maxHold = maxHold(plan);
				LockHandle handle = acquire(plan, coordinator.locks(missing));
				if (handle == null) {
					return null;
				}
				Hold top = outer;
				for (Map.Entry<String, LockTarget> each : targets.entrySet()) {
					if (!taken.containsKey(each.getKey())) {
						LockHandle part = handle.part(each.getKey());
						top = new Hold(part, each.getValue().exclusive, maxHold, plan, this, top);
						taken.put(each.getKey(), top);
					}
				}
			}
			complete = true;
			return new SeveralHeld(taken.values());
		}
		finally {
			if (!complete) {
				taken.values().forEach(Held::abandon);
			}
		}
	}

	private static @Nullable Held share(LockPlan plan, LockTarget target, String name, @Nullable Hold outer) {
		for (Hold hold = outer; hold != null; hold = hold.outer()) {
			Held shared = hold.share(name, target.exclusive, plan);
			if (shared != null) {
				return shared;
			}
		}
		return null;
	}

	private @Nullable Duration maxHold(LockPlan plan) {
		return (plan.maxHold != null) ? plan.maxHold : this.context.get().defaults().maxHold();
	}

	private @Nullable LockHandle acquire(LockPlan plan, Acquirable lock) throws InterruptedException {
		Duration waitTime = (plan.waitTime != null) ? plan.waitTime : this.context.get().defaults().waitTime();
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
