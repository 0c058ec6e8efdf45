package io.github.coordination.aop;

import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;

/**
 * An advisor that applies an annotation.
 */
abstract sealed class AnnotationAdvisor extends AbstractPointcutAdvisor
		permits DistributedLockAdvisor, LeaderOnlyAdvisor, PartitionedAdvisor {

	private final transient Interceptor interceptor;

	AnnotationAdvisor(int order, Interceptor interceptor) {
		this.interceptor = interceptor;
		setOrder(order);
	}

	@Override
	public Pointcut getPointcut() {
		return this.interceptor.methods();
	}

	@Override
	public Advice getAdvice() {
		return this.interceptor;
	}

	/** Whether a bean of a class has methods that carry the annotation. */
	boolean isAnnotated(Class<?> beanClass) {
		return this.interceptor.methods().isAnnotated(beanClass);
	}

	/**
	 * Runs annotated calls.
	 */
	interface Interceptor extends MethodInterceptor {

		/** Return the methods that carry the annotation. */
		AnnotatedMethods<?, ?> methods();

	}

}
