package io.github.coordination.aop;

import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.util.function.SingletonSupplier;

import io.github.coordination.Coordinator;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * What annotated calls need of their application. It is not made before there is a bean
 * with such calls, and asks for nothing before the first of them. Closing it gives back
 * at once what was to be given back later. Safe for use by several threads.
 *
 * <p>
 * It belongs to what makes proxies, because the search for what applies to it would need
 * it.
 */
public final class CallContext implements AutoCloseable, AopInfrastructureBean {

	private final Background background = new Background();

	private final SingletonSupplier<Coordinator> coordinator;

	private final SingletonSupplier<CallDefaults> defaults;

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
		this.coordinator = SingletonSupplier.of(coordinator);
		this.defaults = SingletonSupplier.of(defaults::get);
		this.events = events;
		this.observations = new LockObservations(observations, convention);
	}

	Background background() {
		return this.background;
	}

	Coordinator coordinator() {
		return this.coordinator.obtain();
	}

	CallDefaults defaults() {
		return this.defaults.obtain();
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
