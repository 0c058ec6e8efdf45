package io.github.coordination.aop;

import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;

import io.github.coordination.Coordinator;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * What annotated calls need of their application. It is made for the first bean that has
 * some, so that an application without any does not wait for it at its start. Closing it
 * gives back at once what was to be given back later; what calls ask for afterwards is
 * done by those who ask. Safe for use by several threads.
 *
 * <p>
 * It is no target of proxies, also where a pointcut of the application would match it.
 */
public final class CallContext implements AutoCloseable, AopInfrastructureBean {

	private final Background background = new Background();

	private final CachedSupplier<Coordinator> coordinator;

	private final CachedSupplier<CallDefaults> defaults;

	private final CoordinationEventPublisher events;

	private final LockObservations observations;

	/**
	 * Create a context.
	 * @param coordinator where locks and elections come from
	 * @param defaults what holds where an annotation does not say
	 * @param events where to publish the loss of a lock that exceeded its {@code maxHold}
	 * @param observations who observes calls
	 * @param convention how they are observed if not as by default, asked for when they
	 * are
	 */
	public CallContext(Supplier<Coordinator> coordinator, Supplier<? extends CallDefaults> defaults,
			CoordinationEventPublisher events, Supplier<ObservationRegistry> observations,
			Supplier<@Nullable LockObservationConvention> convention) {
		this.coordinator = new CachedSupplier<>(coordinator);
		this.defaults = new CachedSupplier<>(defaults);
		this.events = events;
		this.observations = new LockObservations(observations, convention);
	}

	Background background() {
		return this.background;
	}

	Coordinator coordinator() {
		return this.coordinator.get();
	}

	CallDefaults defaults() {
		return this.defaults.get();
	}

	CoordinationEventPublisher events() {
		return this.events;
	}

	LockObservations observations() {
		return this.observations;
	}

	@Override
	public void close() {
		this.background.close();
	}

}
