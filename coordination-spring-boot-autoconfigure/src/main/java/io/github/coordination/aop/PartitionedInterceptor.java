package io.github.coordination.aop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Partitioner;
import io.github.coordination.Subscription;
import io.github.coordination.annotation.Partitioned;

/**
 * Lets a call pass while this process owns its key.
 */
final class PartitionedInterceptor implements AnnotationAdvisor.Interceptor {

	/** What annotations name. */
	private final FoundNames groups = new FoundNames();

	private final AnnotatedMethods<Partitioned, PartitionPlan> methods;

	private final Supplier<CallContext> context;

	private final OwnerCalls calls;

	/** What this process owns, by the group's name. */
	private final Map<String, OwnedSlots> owned = new ConcurrentHashMap<>();

	PartitionedInterceptor(PropertyResolver placeholders, CachedSupplier<CallContext> context) {
		this.methods = new AnnotatedMethods<>(Partitioned.class, placeholders, (annotations, method, site) -> {
			context.prepare();
			PartitionPlan plan = new PartitionPlan(annotations.get(0), method, site);
			this.groups.add(plan.group);
			return plan;
		});
		this.context = context;
		this.calls = new OwnerCalls(context);
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

	@Override
	public AnnotatedMethods<Partitioned, PartitionPlan> methods() {
		return this.methods;
	}

	/** Return what annotations name. */
	FoundNames groups() {
		return this.groups;
	}

}
