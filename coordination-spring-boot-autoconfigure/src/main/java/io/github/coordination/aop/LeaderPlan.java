package io.github.coordination.aop;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.annotation.OnFollower;

/**
 * What {@link LeaderOnly} asks of one method, ready to be used.
 */
final class LeaderPlan {

	final String label;

	final String election;

	final boolean skips;

	final Parameters parameters;

	final ReturnKind returns;

	private volatile @Nullable Election found;

	LeaderPlan(LeaderOnly annotation, Method method, AnnotationSite site) {
		this.label = site.label();
		this.election = site.name("election", annotation.election());
		this.skips = annotation.onFollower() == OnFollower.SKIP;
		this.parameters = new Parameters(method);
		this.returns = ReturnKind.of(method, this.skips, site);
		if (this.parameters.hasHandle() && !isLocked(method)) {
			throw site.invalid("leading an election gives no LockHandle.",
					"Ask for the term with a FencingToken parameter, or add @DistributedLock.");
		}
	}

	Election election(Coordinator coordinator) {
		Election known = this.found;
		if (known == null) {
			known = coordinator.election(this.election);
			this.found = known;
		}
		return known;
	}

	private static boolean isLocked(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, DistributedLock.class)
				|| AnnotatedElementUtils.hasAnnotation(method.getDeclaringClass(), DistributedLock.class);
	}

}
