package io.github.coordination.aop;

import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.core.Ordered;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Coordinator;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * Applies {@link DistributedLock}. It stands outside of the transaction advice, so that a
 * lock is given back only after the commit.
 */
public final class DistributedLockAdvisor extends AbstractPointcutAdvisor implements AnnotationAdvisor, AutoCloseable {

	/**
	 * Order of this advisor; that of the transaction advice is
	 * {@link Ordered#LOWEST_PRECEDENCE}.
	 */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	private final transient AnnotatedMethods<DistributedLock, LockPlan> methods;

	private final transient DistributedLockInterceptor interceptor;

	/**
	 * Create an advisor.
	 * @param coordinator where locks come from, asked for at the first call
	 * @param defaults what holds where the annotation does not say, asked for at the
	 * first call
	 * @param placeholders what resolves placeholders in attributes
	 * @param events where to publish the loss of a lock that exceeded its {@code maxHold}
	 * @param observations who observes calls, asked for at the first call
	 * @param convention how they are observed if not as by default, asked for when they
	 * are
	 */
	public DistributedLockAdvisor(Supplier<Coordinator> coordinator, Supplier<LockDefaults> defaults,
			PropertyResolver placeholders, CoordinationEventPublisher events,
			Supplier<ObservationRegistry> observations, Supplier<@Nullable LockObservationConvention> convention) {
		this.methods = new AnnotatedMethods<>(DistributedLock.class, placeholders, LockPlan::read);
		this.interceptor = new DistributedLockInterceptor(this.methods, new Holds(coordinator, defaults, events),
				new LockObservations(observations, convention));
		setOrder(ORDER);
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
	 * End the threads that give locks back later.
	 */
	@Override
	public void close() {
		this.interceptor.background().close();
	}

}
