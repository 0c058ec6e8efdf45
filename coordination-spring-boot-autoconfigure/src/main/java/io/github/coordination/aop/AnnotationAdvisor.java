package io.github.coordination.aop;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;

/**
 * An advisor that applies an annotation. What runs the calls is not made before there is
 * a bean that carries it: every application that starts has the advisor.
 *
 * @param <I> type of what runs the calls
 */
abstract sealed class AnnotationAdvisor<I extends MethodInterceptor> extends AbstractPointcutAdvisor
		permits DistributedLockAdvisor, LeaderOnlyAdvisor, PartitionedAdvisor {

	private final transient AnnotatedMethods<?, ?> methods;

	private final transient Supplier<I> maker;

	private final transient AtomicReference<@Nullable I> interceptor = new AtomicReference<>();

	AnnotationAdvisor(int order, AnnotatedMethods<?, ?> methods, Supplier<I> maker) {
		this.methods = methods;
		this.maker = maker;
		setOrder(order);
	}

	@Override
	public Pointcut getPointcut() {
		return this.methods;
	}

	@Override
	public Advice getAdvice() {
		return interceptor();
	}

	I interceptor() {
		I known = this.interceptor.get();
		if (known != null) {
			return known;
		}
		// under no lock: this asks the bean factory, which has its own
		I made = this.maker.get();
		I sooner = this.interceptor.compareAndExchange(null, made);
		return (sooner != null) ? sooner : made;
	}

	/** Whether a bean of a class has methods that carry the annotation. */
	boolean isAnnotated(Class<?> beanClass) {
		return this.methods.isAnnotated(beanClass);
	}

}
