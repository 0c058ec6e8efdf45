package io.github.coordination.aop;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LockMode;

/**
 * A lock that a method asks for.
 */
final class LockTarget {

	/** The name as far as the annotation alone decides it. */
	final String name;

	final boolean exclusive;

	private final @Nullable KeyExpression key;

	/** The lock itself, if it is the same for all calls. */
	private volatile @Nullable Acquirable lock;

	LockTarget(DistributedLock annotation, Method method, AnnotationSite site) {
		this.name = site.name("name", annotation.name());
		this.exclusive = annotation.mode() == LockMode.EXCLUSIVE;
		this.key = annotation.key().isEmpty() ? null : new KeyExpression(site, method, annotation.key());
	}

	/** Return the name a call locks. */
	String name(@Nullable Object[] arguments) {
		KeyExpression expression = this.key;
		return (expression == null) ? this.name : this.name + ":" + expression.evaluate(arguments);
	}

	/** Return what a call acquires. */
	Acquirable lock(Coordinator coordinator, String name) {
		if (this.key != null) {
			return find(coordinator, name);
		}
		Acquirable constant = this.lock;
		if (constant == null) {
			constant = find(coordinator, name);
			this.lock = constant;
		}
		return constant;
	}

	private Acquirable find(Coordinator coordinator, String name) {
		return this.exclusive ? coordinator.lock(name) : coordinator.readWriteLock(name).readLock();
	}

}
