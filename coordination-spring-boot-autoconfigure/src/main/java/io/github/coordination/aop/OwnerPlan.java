package io.github.coordination.aop;

import java.lang.reflect.Method;

import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnRevoked;

/**
 * What is asked of a method that runs in one process at a time, ready to be used.
 */
abstract class OwnerPlan extends CallPlan {

	/**
	 * Create it.
	 * @param skips whether calls elsewhere return without running the method
	 */
	OwnerPlan(Method method, AnnotationSite site, boolean skips, OnRevoked onRevoked) {
		super(method, site, skips, onRevoked == OnRevoked.INTERRUPT);
		if (this.parameters.hasHandle()
				&& !AnnotatedMethods.isAnnotated(method, site.beanClass(), DistributedLock.class)) {
			throw site.invalid("it takes no lock, so there is no LockHandle for the parameter.",
					"Ask for the token with a FencingToken parameter, or add @DistributedLock.");
		}
	}

	/** Name what a process must have to run the method. */
	abstract String owned();

}
