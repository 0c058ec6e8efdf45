package io.github.coordination.aop;

import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Coordinator;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * Applies {@link DistributedLock}. It stands outside of the transaction advice, so that a
 * lock is given back only after the commit.
 */
public final class DistributedLockAdvisor extends AnnotationAdvisor {

	/**
	 * Order of this advisor; that of the transaction advice is
	 * {@link Ordered#LOWEST_PRECEDENCE}.
	 */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	/**
	 * Create an advisor.
	 * @param background the threads of calls
	 * @param coordinator where locks come from, asked for at the first call
	 * @param defaults what holds where the annotation does not say, asked for at the
	 * first call
	 * @param placeholders what resolves placeholders in attributes
	 * @param events where to publish the loss of a lock that exceeded its {@code maxHold}
	 * @param observations who observes calls, asked for at the first call
	 * @param convention how they are observed if not as by default, asked for when they
	 * are
	 */
	public DistributedLockAdvisor(Background background, Supplier<Coordinator> coordinator,
			Supplier<LockDefaults> defaults, PropertyResolver placeholders, CoordinationEventPublisher events,
			Supplier<ObservationRegistry> observations, Supplier<@Nullable LockObservationConvention> convention) {
		super(ORDER, new DistributedLockInterceptor(placeholders, new Holds(background, coordinator, defaults, events),
				new LockObservations(observations, convention)));
	}

}
