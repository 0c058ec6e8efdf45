package io.github.coordination.aop;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.annotation.OnFollower;

/**
 * What {@link LeaderOnly} asks of one method, ready to be used.
 */
final class LeaderPlan extends OwnerPlan {

	final String election;

	private volatile @Nullable Election found;

	LeaderPlan(LeaderOnly annotation, Method method, AnnotationSite site) {
		super(method, site, annotation.onFollower() == OnFollower.SKIP, annotation.onRevoked());
		this.election = site.name("election", annotation.election());
	}

	Election election(Coordinator coordinator) {
		Election known = this.found;
		if (known == null) {
			known = coordinator.election(this.election);
			this.found = known;
		}
		return known;
	}

	@Override
	String owned() {
		return "the leadership of '" + this.election + "'";
	}

}
