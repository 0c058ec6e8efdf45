package io.github.coordination.aop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import io.github.coordination.Partitioner;
import io.github.coordination.Subscription;
import io.github.coordination.annotation.Partitioned;

/**
 * Lets a call pass while this process owns its key.
 */
final class PartitionedInterceptor implements MethodInterceptor {

	private final AnnotatedMethods<Partitioned, PartitionPlan> methods;

	private final CallContext context;

	private final OwnerCalls calls;

	/** What this process owns, by the group's name. */
	private final Map<String, OwnedSlots> owned = new ConcurrentHashMap<>();

	PartitionedInterceptor(AnnotatedMethods<Partitioned, PartitionPlan> methods, CallContext context) {
		this.methods = methods;
		this.context = context;
		this.calls = new OwnerCalls(context.background());
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		PartitionPlan plan = this.methods.get(invocation);
		return this.calls.run(plan, invocation, (call) -> {
			OwnedSlots slots = this.owned.get(plan.group);
			String key = plan.key.evaluate(call.getArguments());
			return (slots != null) ? slots.begin(plan, key, call) : null;
		});
	}

	/** Let calls run for the slots of a partitioner from now on. */
	Subscription watch(Partitioner partitioner) {
		OwnedSlots slots = new OwnedSlots(partitioner, new RunningCalls(this.context));
		this.owned.put(partitioner.group(), slots);
		return partitioner.onChange(slots);
	}

}
