package io.github.coordination.aop;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

import io.github.coordination.annotation.DistributedLock;

/**
 * What is observed of annotated methods.
 */
public enum LockObservationDocumentation implements ObservationDocumentation {

	/**
	 * A call to a {@link DistributedLock} method, from before it asks for its lock until
	 * it has given it back.
	 */
	LOCK {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultLockObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinality.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinality.values();
		}

	};

	/**
	 * Keys with few values, which are tags of metrics too.
	 */
	public enum LowCardinality implements KeyName {

		/**
		 * Name of the lock as the annotation has it, never its key; several are joined by
		 * {@code ", "}.
		 */
		NAME {

			@Override
			public String asString() {
				return "lock.name";
			}

		},

		/**
		 * {@code exclusive}, {@code shared}, or {@code mixed}.
		 */
		MODE {

			@Override
			public String asString() {
				return "lock.mode";
			}

		},

		/**
		 * {@code acquired}, {@code busy}, {@code lost} or {@code failed}.
		 */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		}

	}

	/**
	 * Keys with many values, for traces alone.
	 */
	public enum HighCardinality implements KeyName {

		/**
		 * The whole name that the call locks.
		 */
		KEY {

			@Override
			public String asString() {
				return "lock.key";
			}

		}

	}

}
