package io.github.coordination.aop;

import java.util.Optional;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes calls under locks, where somebody looks.
 */
final class LockObservations {

	private final CachedSupplier<ObservationRegistry> registry;

	private final CachedSupplier<Optional<LockObservationConvention>> convention;

	LockObservations(Supplier<ObservationRegistry> registry, Supplier<@Nullable LockObservationConvention> convention) {
		this.registry = new CachedSupplier<>(registry);
		this.convention = new CachedSupplier<>(() -> Optional.ofNullable(convention.get()));
	}

	/**
	 * Begin to observe a call.
	 * @param parent what it is part of, {@code null} if that is what the thread observes
	 * @return the call as it is observed, {@code null} if nobody looks
	 */
	@Nullable ObservedCall begin(LockPlan plan, @Nullable Observation parent) {
		ObservationRegistry registry = this.registry.get();
		if (registry.isNoop()) {
			return null;
		}
		LockObservationContext context = new LockObservationContext(plan.name, plan.mode, plan.label);
		Observation observation = LockObservationDocumentation.LOCK.observation(this.convention.get().orElse(null),
				DefaultLockObservationConvention.INSTANCE, () -> context, registry);
		if (parent != null) {
			observation.parentObservation(parent);
		}
		return new ObservedCall(observation.start(), context);
	}

}
