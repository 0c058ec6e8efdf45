package io.github.coordination.aop;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.coordination.LockLostException;
import io.github.coordination.PartitionListener;
import io.github.coordination.Partitioner;

/**
 * The slots of a group for whose keys calls may run here. A slot counts from when this
 * was told that it came: one that moved away before would go without waiting for its
 * calls.
 */
final class OwnedSlots implements PartitionListener {

	private final Partitioner partitioner;

	private final RunningCalls calls;

	private final Set<Integer> told = ConcurrentHashMap.newKeySet();

	OwnedSlots(Partitioner partitioner, RunningCalls calls) {
		this.partitioner = partitioner;
		this.calls = calls;
	}

	/**
	 * Begin a call and fill in its parameters.
	 * @return the call, {@code null} if this process does not own its key
	 */
	@Nullable RunningCall begin(PartitionPlan plan, String key, MethodInvocation invocation) {
		int slot = this.partitioner.slotOf(key);
		return this.calls.begin(slot, plan, (call) -> this.told.contains(slot) && owns(plan, key, invocation));
	}

	@Override
	public void onAssigned(Set<Integer> slots) {
		this.told.addAll(slots);
	}

	@Override
	public void onRevoked(Set<Integer> slots) {
		this.told.removeAll(slots);
		this.calls.revoke((call) -> slots.contains(call.slot()));
	}

	private boolean owns(PartitionPlan plan, String key, MethodInvocation invocation) {
		if (!plan.parameters.hasToken()) {
			return this.partitioner.isMine(key);
		}
		try {
			plan.parameters.fill(invocation.getArguments(), this.partitioner.fencingToken(key));
			return true;
		}
		catch (LockLostException ex) {
			return false;
		}
	}

}
