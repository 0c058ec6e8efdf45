package io.github.coordination.aop;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.aopalliance.aop.Advice;

import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Partitioner;
import io.github.coordination.Subscription;
import io.github.coordination.annotation.Partitioned;

/**
 * Applies {@link Partitioned}, inside of {@link LeaderOnlyAdvisor} and outside of
 * {@link DistributedLockAdvisor}: who does not own a key does not ask for locks.
 */
public final class PartitionedAdvisor extends AbstractPointcutAdvisor implements AnnotationAdvisor, AutoCloseable {

	/**
	 * Order of this advisor.
	 */
	public static final int ORDER = DistributedLockAdvisor.ORDER - 50;

	private final transient FoundNames groups = new FoundNames();

	private final transient AnnotatedMethods<Partitioned, PartitionPlan> methods;

	private final transient PartitionedInterceptor interceptor;

	/**
	 * Create an advisor.
	 * @param limit how long calls may take to end before a slot moves on, asked for when
	 * it does
	 * @param placeholders what resolves placeholders in attributes
	 */
	public PartitionedAdvisor(Supplier<Duration> limit, PropertyResolver placeholders) {
		this.methods = new AnnotatedMethods<>(Partitioned.class, placeholders, (annotations, method, site) -> {
			PartitionPlan plan = new PartitionPlan(annotations.get(0), method, site);
			this.groups.add(plan.group);
			return plan;
		});
		this.interceptor = new PartitionedInterceptor(this.methods, limit);
		setOrder(ORDER);
	}

	/**
	 * Be told of the groups whose keys beans ask for, of those already known first. Beans
	 * that are made later may add some.
	 * @param listener what to call, possibly twice for a name
	 */
	public void onGroup(Consumer<String> listener) {
		this.groups.tell(listener);
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

	@Override
	public Pointcut getPointcut() {
		return this.methods;
	}

	@Override
	public Advice getAdvice() {
		return this.interceptor;
	}

	@Override
	public boolean isAnnotated(Class<?> beanClass) {
		return this.methods.isAnnotated(beanClass);
	}

	/**
	 * End the threads that follow calls.
	 */
	@Override
	public void close() {
		this.interceptor.background().close();
	}

}
