package io.github.coordination.aop;

import java.util.Locale;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

import io.github.coordination.aop.LockObservationDocumentation.HighCardinality;
import io.github.coordination.aop.LockObservationDocumentation.LowCardinality;

/**
 * Observes calls as {@code coordination.lock}.
 */
public class DefaultLockObservationConvention implements LockObservationConvention {

	static final DefaultLockObservationConvention INSTANCE = new DefaultLockObservationConvention();

	@Override
	public String getName() {
		return "coordination.lock";
	}

	@Override
	public String getContextualName(LockObservationContext context) {
		return "lock " + context.getLock();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(LockObservationContext context) {
		return KeyValues.of(KeyValue.of(LowCardinality.NAME, context.getLock()),
				KeyValue.of(LowCardinality.MODE, context.getMode()),
				KeyValue.of(LowCardinality.OUTCOME, context.getOutcome().name().toLowerCase(Locale.ROOT)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(LockObservationContext context) {
		String key = context.getKey();
		return (key != null) ? KeyValues.of(KeyValue.of(HighCardinality.KEY, key)) : KeyValues.empty();
	}

}
