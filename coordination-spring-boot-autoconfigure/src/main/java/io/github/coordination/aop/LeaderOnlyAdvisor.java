package io.github.coordination.aop;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.aopalliance.aop.Advice;

import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Coordinator;
import io.github.coordination.annotation.LeaderOnly;

/**
 * Applies {@link LeaderOnly}, outside of {@link DistributedLockAdvisor}: a follower does
 * not ask for locks.
 */
public final class LeaderOnlyAdvisor extends AbstractPointcutAdvisor implements AnnotationAdvisor {

	/**
	 * Order of this advisor.
	 */
	public static final int ORDER = DistributedLockAdvisor.ORDER - 100;

	private final transient Set<String> elections = ConcurrentHashMap.newKeySet();

	private final transient CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

	private final transient AnnotatedMethods<LeaderOnly, LeaderPlan> methods;

	private final transient LeaderOnlyInterceptor interceptor;

	/**
	 * Create an advisor.
	 * @param coordinator where elections come from, asked for at the first call
	 * @param placeholders what resolves placeholders in attributes
	 */
	public LeaderOnlyAdvisor(Supplier<Coordinator> coordinator, PropertyResolver placeholders) {
		this.methods = new AnnotatedMethods<>(LeaderOnly.class, placeholders, (annotation, method, site) -> {
			LeaderPlan plan = new LeaderPlan(annotation, method, site);
			found(plan.election);
			return plan;
		});
		this.interceptor = new LeaderOnlyInterceptor(this.methods, coordinator);
		setOrder(ORDER);
	}

	/**
	 * Be told of the elections that beans name, of those already known first. Beans that
	 * are made later may add some.
	 * @param listener what to call, possibly twice for a name
	 */
	public void onElection(Consumer<String> listener) {
		this.listeners.add(listener);
		this.elections.forEach(listener);
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

	private void found(String election) {
		if (this.elections.add(election)) {
			this.listeners.forEach((listener) -> listener.accept(election));
		}
	}

}
