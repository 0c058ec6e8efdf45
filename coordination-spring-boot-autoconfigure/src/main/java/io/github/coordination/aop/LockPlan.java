package io.github.coordination.aop;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.OnLost;

/**
 * What {@link DistributedLock} asks of one method, ready to be used.
 */
final class LockPlan extends CallPlan {

	/** The names as far as the annotations alone decide them. */
	final String name;

	/** {@code exclusive}, {@code shared}, or {@code mixed}. */
	final String mode;

	/** The locks of a call; most have one. */
	final List<LockTarget> targets;

	final @Nullable Duration waitTime;

	final @Nullable Duration maxHold;

	final @Nullable Duration atLeastFor;

	/** Whether an interrupt while waiting may reach the caller as what it is. */
	final boolean interruptible;

	/**
	 * Create it.
	 * @param annotations what the method carries, one for each lock
	 * @param annotation one of them
	 */
	private LockPlan(List<DistributedLock> annotations, DistributedLock annotation, Method method,
			AnnotationSite site) {
		super(method, site, annotation.onBusy() == OnBusy.SKIP, annotation.onLost() == OnLost.INTERRUPT);
		this.targets = annotations.stream().map((each) -> new LockTarget(each, method, site)).toList();
		this.name = this.targets.stream().map((target) -> target.name).sorted().collect(Collectors.joining(", "));
		this.mode = this.targets.stream()
			.map((target) -> target.exclusive ? "exclusive" : "shared")
			.reduce((one, other) -> one.equals(other) ? one : "mixed")
			.orElseThrow();
		Duration waitTime = site.duration("waitTime", annotation.waitTime());
		this.waitTime = (waitTime == null && this.skips) ? Duration.ZERO : waitTime;
		this.maxHold = site.duration("maxHold", annotation.maxHold());
		this.atLeastFor = site.duration("atLeastFor", annotation.atLeastFor());
		this.interruptible = Arrays.stream(method.getExceptionTypes())
			.anyMatch((type) -> type.isAssignableFrom(InterruptedException.class));
		requireOrdered(site, this.atLeastFor, this.maxHold);
		if (annotations.size() > 1) {
			requireTogether(site, annotations);
		}
	}

	static LockPlan read(List<DistributedLock> annotations, Method method, AnnotationSite site) {
		return new LockPlan(annotations, annotations.get(0), method, site);
	}

	/** Return the names a call locks, joined by {@code ", "}. */
	String name(@Nullable Object[] arguments) {
		return this.targets.stream()
			.map((target) -> target.name(arguments))
			.distinct()
			.sorted()
			.collect(Collectors.joining(", "));
	}

	private void requireTogether(AnnotationSite site, List<DistributedLock> annotations) {
		requireAlike(site, "waitTime", annotations, DistributedLock::waitTime);
		requireAlike(site, "maxHold", annotations, DistributedLock::maxHold);
		requireAlike(site, "atLeastFor", annotations, DistributedLock::atLeastFor);
		requireAlike(site, "onBusy", annotations, DistributedLock::onBusy);
		requireAlike(site, "onLost", annotations, DistributedLock::onLost);
		Set<List<String>> seen = new HashSet<>();
		for (DistributedLock each : annotations) {
			if (!seen.add(List.of(site.text("name", each.name()), each.key()))) {
				throw site.invalid("it names '" + each.name() + "' twice.", "Name each lock once.");
			}
		}
		if (this.parameters.hasToken()) {
			throw site.invalid("several locks apply, each with a token of its own, and the FencingToken parameter "
					+ "can hold one.", "Declare a LockHandle, and ask it for fencingToken(name).");
		}
	}

	private static void requireAlike(AnnotationSite site, String attribute, List<DistributedLock> annotations,
			Function<DistributedLock, Object> value) {
		List<Object> values = annotations.stream().map(value).distinct().toList();
		if (values.size() > 1) {
			throw site.invalid(
					attribute + " is " + values.get(0) + " for one lock and " + values.get(1)
							+ " for another, but the locks of a call are taken and held together.",
					"Say the same for all of them; only name, key and mode may differ.");
		}
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
