package io.github.coordination.aop;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;

import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnRevoked;

/**
 * What is asked of a method that runs in one process at a time, ready to be used.
 */
abstract class OwnerPlan {

	final String label;

	final boolean skips;

	final boolean interrupts;

	final Parameters parameters;

	final ReturnKind returns;

	/** Of the return type, if that is reactive. */
	final @Nullable ReactiveAdapter adapter;

	/**
	 * Create it.
	 * @param skips whether calls elsewhere return without running the method
	 */
	OwnerPlan(Method method, AnnotationSite site, boolean skips, OnRevoked onRevoked) {
		this.label = site.label();
		this.skips = skips;
		this.interrupts = onRevoked == OnRevoked.INTERRUPT;
		this.parameters = new Parameters(method);
		this.returns = ReturnKind.of(method, skips, site);
		this.adapter = (this.returns == ReturnKind.REACTIVE) ? ReturnKind.adapter(method.getReturnType()) : null;
		if (this.parameters.hasHandle() && !AnnotatedMethods.isAnnotated(method, DistributedLock.class)) {
			throw site.invalid("it takes no lock, so there is no LockHandle for the parameter.",
					"Ask for the token with a FencingToken parameter, or add @DistributedLock.");
		}
	}

	/** Name what a process must have to run the method. */
	abstract String owned();

}
