package io.github.coordination.aop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses to start when a bean has annotated methods and no proxy around it, which
 * happens to beans that are made before proxies can be: the annotation would do nothing,
 * and nobody would notice; or when another proxy hands the work to another thread inside
 * of it. Objects that were registered ready-made, such as mocks, are left alone.
 */
public final class AutoProxyCheck implements BeanPostProcessor, PriorityOrdered, SmartInitializingSingleton {

	private final ConfigurableListableBeanFactory beanFactory;

	/** Names of the beans that the factory has made. */
	private final Set<String> made = ConcurrentHashMap.newKeySet();

	private volatile boolean checked;

	/**
	 * Create a check.
	 * @param beanFactory whose beans to look at
	 */
	public AutoProxyCheck(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Before the post-processor that makes proxies, and so a witness of what it misses.
	 */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (!this.checked) {
			this.made.add(beanName);
		}
		return bean;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<AnnotationAdvisor> advisors = this.beanFactory.getBeanProvider(AnnotationAdvisor.class).stream().toList();
		for (String name : this.made) {
			Object bean = this.beanFactory.getSingleton(name);
			if (bean != null && !(bean instanceof FactoryBean<?>)) {
				advisors.forEach((advisor) -> requireAdvised(name, bean, advisor));
			}
		}
		this.checked = true;
		this.made.clear();
	}

	private static void requireAdvised(String name, Object bean, AnnotationAdvisor advisor) {
		Class<?> beanClass = AopProxyUtils.ultimateTargetClass(bean);
		if (!advisor.isAnnotated(beanClass)) {
			return;
		}
		if (!isAdvisedBy(bean, advisor)) {
			throw new InvalidAnnotationException("Bean '" + name + "' of " + beanClass.getName(),
					"its annotated methods would run unprotected: it was made before proxies could be, most likely "
							+ "because a BeanPostProcessor needs it.",
					"Let the post-processor ask for it lazily, through an ObjectProvider.");
		}
		requireAsyncOutside(name, bean, beanClass, advisor);
	}

	/**
	 * Work that is handed to another thread inside of a lock would run when the lock has
	 * been given back.
	 */
	private static void requireAsyncOutside(String name, Object bean, Class<?> beanClass, AnnotationAdvisor advisor) {
		List<Advisor> chain = chain(bean);
		for (Advisor inside : chain.subList(chain.indexOf(advisor) + 1, chain.size())) {
			if (inside instanceof PointcutAdvisor async && async.getAdvice() instanceof AsyncExecutionInterceptor) {
				ReflectionUtils.doWithMethods(beanClass, (method) -> {
					throw new InvalidAnnotationException(
							"Bean '" + name + "' of " + beanClass.getName() + ", method " + method.getName(),
							"its @Async hands the work to another thread inside of the annotated call, which would be "
									+ "over before the work.",
							"Leave the order of @EnableAsync at its default.");
				}, (method) -> advisor.getPointcut().getMethodMatcher().matches(method, beanClass)
						&& async.getPointcut().getMethodMatcher().matches(method, beanClass));
			}
		}
	}

	/** Return what applies to a bean, the outermost first, through all its proxies. */
	private static List<Advisor> chain(Object bean) {
		List<Advisor> chain = new ArrayList<>();
		Object current = bean;
		while (current instanceof Advised advised) {
			chain.addAll(Arrays.asList(advised.getAdvisors()));
			current = (advised.getTargetSource() instanceof SingletonTargetSource source) ? source.getTarget() : null;
		}
		return chain;
	}

	private static boolean isAdvisedBy(Object bean, AnnotationAdvisor advisor) {
		if (bean instanceof Advised) {
			return chain(bean).contains(advisor);
		}
		// an opaque proxy does not tell what it does
		return AopUtils.isAopProxy(bean);
	}

}
