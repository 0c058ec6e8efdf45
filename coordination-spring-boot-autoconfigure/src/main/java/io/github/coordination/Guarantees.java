package io.github.coordination;

import java.time.Duration;
import java.util.Set;

/**
 * What a store promises, as configured.
 *
 * @param level how far an acknowledged entry can be trusted
 * @param characteristics what holds, in the words of OpenStack's tooz
 * @param noticeBound how long after its last sign of life a dead session may still block
 * others, beyond its ttl where it has one
 * @param watch whether changes are pushed, or at what interval they are polled
 * @param tokens what the growth of fencing tokens rests on
 * @param maxNameBytes longest name in UTF-8 bytes that is stored as it is
 * @param maxValueBytes largest value in bytes
 */
public record Guarantees(Level level, Set<Characteristic> characteristics, Duration noticeBound, WatchKind watch,
		TokenDurability tokens, int maxNameBytes, int maxValueBytes) {

	public Guarantees {
		characteristics = Set.copyOf(characteristics);
	}

	/**
	 * How far an acknowledged entry can be trusted, the best first.
	 */
	public enum Level {

		/**
		 * Entries survive any single server failure and tokens never go back.
		 */
		QUORUM,

		/**
		 * Correct while one authority lives and keeps its disk.
		 */
		SINGLE,

		/**
		 * Acknowledged entries can vanish at any moment; for efficiency only.
		 */
		BEST_EFFORT,

		/**
		 * One process only.
		 */
		LOCAL

	}

	/**
	 * A property of a store, in the vocabulary of OpenStack's tooz.
	 */
	public enum Characteristic {

		/** Coordinates threads of one process. */
		DISTRIBUTED_ACROSS_THREADS,

		/** Coordinates processes of one machine. */
		DISTRIBUTED_ACROSS_PROCESSES,

		/** Coordinates machines. */
		DISTRIBUTED_ACROSS_HOSTS,

		/** A dead process is noticed by its death and not by a timeout. */
		NON_TIMEOUT_BASED,

		/** Operations take effect in one order that agrees with real time. */
		LINEARIZABLE,

		/** Each client's operations take effect in the order they were made. */
		SEQUENTIAL,

		/** Causally related operations are seen in order. */
		CAUSAL,

		/** Operations on several entries take effect as if one after the other. */
		SERIALIZABLE

	}

	/**
	 * How changes reach a watcher.
	 */
	public enum WatchKind {

		/** The store tells. */
		PUSH,

		/** The store tells, and is polled in case it does not. */
		PUSH_AND_POLL,

		/** The store is asked at intervals. */
		POLL

	}

	/**
	 * What the growth of fencing tokens rests on.
	 */
	public enum TokenDurability {

		/** A counter that the store never loses. */
		STORE_COUNTER,

		/** A counter, or the store's clock where the counter was lost. */
		COUNTER_OR_CLOCK

	}

}
