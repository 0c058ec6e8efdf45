package io.github.coordination.aop;

import org.springframework.aop.Advisor;

/**
 * An advisor that applies an annotation.
 */
sealed interface AnnotationAdvisor extends Advisor
		permits DistributedLockAdvisor, LeaderOnlyAdvisor, PartitionedAdvisor {

	/**
	 * Whether a bean of a class has methods that carry the annotation.
	 * @param beanClass the bean's class
	 * @return {@code true} if it has
	 */
	boolean isAnnotated(Class<?> beanClass);

}
