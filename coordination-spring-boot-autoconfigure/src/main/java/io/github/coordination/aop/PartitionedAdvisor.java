package io.github.coordination.aop;

import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Partitioner;
import io.github.coordination.Subscription;
import io.github.coordination.annotation.Partitioned;

/**
 * Applies {@link Partitioned}, inside of {@link LeaderOnlyAdvisor} and outside of
 * {@link DistributedLockAdvisor}: who does not own a key does not ask for locks.
 */
public final class PartitionedAdvisor extends AnnotationAdvisor {

	/**
	 * Order of this advisor.
	 */
	public static final int ORDER = DistributedLockAdvisor.ORDER - 50;

	private final transient PartitionedInterceptor interceptor;

	/**
	 * Create an advisor.
	 * @param placeholders what resolves placeholders in attributes
	 * @param context what calls need, asked for when a bean is annotated
	 */
	public PartitionedAdvisor(PropertyResolver placeholders, Supplier<CallContext> context) {
		this(new PartitionedInterceptor(placeholders, new CachedSupplier<>(context)));
	}

	private PartitionedAdvisor(PartitionedInterceptor interceptor) {
		super(ORDER, interceptor);
		this.interceptor = interceptor;
	}

	/**
	 * Be told of the groups whose keys beans ask for, of those already known first. Beans
	 * that are made later may add some.
	 * @param listener what to call, possibly twice for a name
	 */
	public void onGroup(Consumer<String> listener) {
		this.interceptor.groups().tell(listener);
	}

	/**
	 * Let calls run for the slots that a partitioner gets from now on. The revocation of
	 * a slot waits for those that are running.
	 * @param partitioner the partitioner
	 * @return a way to stop
	 */
	public Subscription watch(Partitioner partitioner) {
		return this.interceptor.watch(partitioner);
	}

}
