package io.github.coordination.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.Guarantees.Level;

/**
 * What a store can be required to promise ({@code coordination.require}): a level, which
 * a better one meets too, or a characteristic.
 *
 * @see Guarantees
 */
public enum Requirement {

	/** Entries survive any single server failure and tokens never go back. */
	QUORUM(Level.QUORUM, null),

	/** Correct while one authority lives and keeps its disk. */
	SINGLE(Level.SINGLE, null),

	/** More than one process. */
	BEST_EFFORT(Level.BEST_EFFORT, null),

	/** Coordinates processes of one machine. */
	DISTRIBUTED_ACROSS_PROCESSES(null, Characteristic.DISTRIBUTED_ACROSS_PROCESSES),

	/** Coordinates machines. */
	DISTRIBUTED_ACROSS_HOSTS(null, Characteristic.DISTRIBUTED_ACROSS_HOSTS),

	/** A dead process is noticed by its death and not by a timeout. */
	NON_TIMEOUT_BASED(null, Characteristic.NON_TIMEOUT_BASED),

	/** Operations take effect in one order that agrees with real time. */
	LINEARIZABLE(null, Characteristic.LINEARIZABLE),

	/** Each client's operations take effect in the order they were made. */
	SEQUENTIAL(null, Characteristic.SEQUENTIAL),

	/** Causally related operations are seen in order. */
	CAUSAL(null, Characteristic.CAUSAL),

	/** Operations on several entries take effect as if one after the other. */
	SERIALIZABLE(null, Characteristic.SERIALIZABLE);

	private static final String SETTING = "coordination.require";

	private final @Nullable Level level;

	private final @Nullable Characteristic characteristic;

	Requirement(@Nullable Level level, @Nullable Characteristic characteristic) {
		this.level = level;
		this.characteristic = characteristic;
	}

	/**
	 * Return whether a store promises it.
	 * @param guarantees what the store promises
	 * @return {@code true} if it promises that or more
	 */
	public boolean isMetBy(Guarantees guarantees) {
		// levels are declared the best first
		boolean isGoodEnough = this.level == null || guarantees.level().compareTo(this.level) <= 0;
		return isGoodEnough
				&& (this.characteristic == null || guarantees.characteristics().contains(this.characteristic));
	}

	/**
	 * Refuse a store that promises less.
	 * @param required all that is required
	 * @param guarantees what the store promises
	 * @throws ConfigurationException if that is not enough
	 */
	static void check(Set<Requirement> required, Guarantees guarantees) {
		List<Requirement> missing = required.stream().filter((each) -> !each.isMetBy(guarantees)).sorted().toList();
		if (!missing.isEmpty()) {
			throw new ConfigurationException(SETTING,
					"the store promises " + guarantees.level() + " (" + names(guarantees.characteristics())
							+ "), which is not the required " + names(missing) + ".",
					"Point coordination.url at a store that promises it, or require less; docs/guarantees.md says which"
							+ " store promises what, and what it needs for that.");
		}
	}

	private static String names(Collection<? extends Enum<?>> values) {
		return values.stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
	}

}
