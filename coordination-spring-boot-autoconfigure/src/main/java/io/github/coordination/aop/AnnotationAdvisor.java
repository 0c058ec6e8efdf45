package io.github.coordination.aop;

import org.springframework.aop.PointcutAdvisor;

/**
 * An advisor that applies an annotation.
 */
sealed interface AnnotationAdvisor extends PointcutAdvisor
		permits DistributedLockAdvisor, LeaderOnlyAdvisor, PartitionedAdvisor {

	/**
	 * Whether a bean of a class has methods that carry the annotation.
	 * @param beanClass the bean's class
	 * @return {@code true} if it has
	 */
	boolean isAnnotated(Class<?> beanClass);

}
