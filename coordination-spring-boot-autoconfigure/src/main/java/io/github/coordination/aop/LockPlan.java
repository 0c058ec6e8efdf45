package io.github.coordination.aop;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Acquirable;
import io.github.coordination.Coordinator;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LockMode;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.OnLost;

/**
 * What {@link DistributedLock} asks of one method, ready to be used.
 */
final class LockPlan {

	final String label;

	final boolean exclusive;

	final boolean skips;

	final boolean interrupts;

	final @Nullable Duration waitTime;

	final @Nullable Duration maxHold;

	final @Nullable Duration atLeastFor;

	final Parameters parameters;

	final ReturnKind returns;

	/** Whether an interrupt while waiting may reach the caller as what it is. */
	final boolean interruptible;

	private final String name;

	private final @Nullable KeyExpression key;

	/** The lock itself, if it is the same for all calls. */
	private volatile @Nullable Acquirable lock;

	private LockPlan(DistributedLock annotation, Method method, AnnotationSite site) {
		this.label = site.label();
		this.exclusive = annotation.mode() == LockMode.EXCLUSIVE;
		this.skips = annotation.onBusy() == OnBusy.SKIP;
		this.interrupts = annotation.onLost() == OnLost.INTERRUPT;
		this.name = site.name("name", annotation.name());
		this.key = annotation.key().isEmpty() ? null : new KeyExpression(site, method, annotation.key());
		Duration waitTime = site.duration("waitTime", annotation.waitTime());
		this.waitTime = (waitTime == null && this.skips) ? Duration.ZERO : waitTime;
		this.maxHold = site.duration("maxHold", annotation.maxHold());
		this.atLeastFor = site.duration("atLeastFor", annotation.atLeastFor());
		this.parameters = new Parameters(method);
		this.returns = ReturnKind.of(method, this.skips, site);
		this.interruptible = Arrays.stream(method.getExceptionTypes())
			.anyMatch((type) -> type.isAssignableFrom(InterruptedException.class));
		requireOrdered(site, this.atLeastFor, this.maxHold);
	}

	static LockPlan read(DistributedLock annotation, Method method, AnnotationSite site) {
		return new LockPlan(annotation, method, site);
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

	private static void requireOrdered(AnnotationSite site, @Nullable Duration least, @Nullable Duration most) {
		if (most != null && most.isZero()) {
			throw site.invalid("maxHold is zero, so every call would lose its lock at once.",
					"Use a positive duration, or leave it out.");
		}
		if (least != null && most != null && least.compareTo(most) > 0) {
			throw site.invalid("atLeastFor is longer than maxHold.", "Make it shorter.");
		}
	}

}
