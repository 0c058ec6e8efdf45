package io.github.coordination.aop;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How calls to annotated methods are observed. A bean of this type replaces
 * {@link DefaultLockObservationConvention}.
 */
public interface LockObservationConvention extends ObservationConvention<LockObservationContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof LockObservationContext;
	}

}
