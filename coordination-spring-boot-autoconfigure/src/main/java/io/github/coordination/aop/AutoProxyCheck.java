package io.github.coordination.aop;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/**
 * Refuses to start when a bean has annotated methods and no proxy around it, which
 * happens to beans that are made before proxies can be: the annotation would do nothing,
 * and nobody would notice. Objects that were registered ready-made, such as mocks, are
 * left alone.
 */
public final class AutoProxyCheck implements BeanPostProcessor, PriorityOrdered, SmartInitializingSingleton {

	private final ConfigurableListableBeanFactory beanFactory;

	private final ObjectProvider<DistributedLockAdvisor> locks;

	private final ObjectProvider<LeaderOnlyAdvisor> leaders;

	private final ObjectProvider<PartitionedAdvisor> partitions;

	/** Names of the beans that the factory has made. */
	private final Set<String> made = ConcurrentHashMap.newKeySet();

	private volatile boolean checked;

	/**
	 * Create a check.
	 * @param beanFactory whose beans to look at
	 * @param locks the advisor for locks
	 * @param leaders the advisor for elections
	 * @param partitions the advisor for keys
	 */
	public AutoProxyCheck(ConfigurableListableBeanFactory beanFactory, ObjectProvider<DistributedLockAdvisor> locks,
			ObjectProvider<LeaderOnlyAdvisor> leaders, ObjectProvider<PartitionedAdvisor> partitions) {
		this.beanFactory = beanFactory;
		this.locks = locks;
		this.leaders = leaders;
		this.partitions = partitions;
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
		List<AnnotationAdvisor> advisors = List.of(this.locks.getObject(), this.leaders.getObject(),
				this.partitions.getObject());
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
		Class<?> beanClass = AopUtils.getTargetClass(bean);
		if (advisor.isAnnotated(beanClass) && !isAdvisedBy(bean, advisor)) {
			throw new InvalidAnnotationException("Bean '" + name + "' of " + beanClass.getName(),
					"its annotated methods would run unprotected: it was made before proxies could be, most likely "
							+ "because a BeanPostProcessor needs it.",
					"Let the post-processor ask for it lazily, through an ObjectProvider.");
		}
	}

	private static boolean isAdvisedBy(Object bean, AnnotationAdvisor advisor) {
		if (bean instanceof Advised advised) {
			return Arrays.asList(advised.getAdvisors()).contains(advisor);
		}
		// an opaque proxy does not tell what it does
		return AopUtils.isAopProxy(bean);
	}

}
