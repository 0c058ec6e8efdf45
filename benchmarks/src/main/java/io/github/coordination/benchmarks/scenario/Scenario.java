package io.github.coordination.benchmarks.scenario;

import java.util.List;
import java.util.Map;

import io.github.coordination.benchmarks.scenario.contender.Contender;
import io.github.coordination.benchmarks.scenario.contender.Store;

/**
 * A situation that contenders are put in, one after the other and round by round.
 */
interface Scenario {

	/** Return what the command line calls it. */
	String id();

	/** Return what happens in it. */
	String title();

	/** Return what the table shows of it. */
	List<Metric> metrics();

	/** Whether somebody can take part. */
	boolean admits(Store store, Contender contender);

	/** Return how many rounds are sensible if so many are asked for. */
	default int rounds(int asked) {
		return asked;
	}

	/**
	 * Prepare it.
	 * @param setting what to run it with
	 * @return the prepared scenario, without contenders
	 * @throws Exception if that fails
	 */
	Trial begin(Setting setting) throws Exception;

	/**
	 * A prepared scenario.
	 */
	interface Trial extends AutoCloseable {

		/**
		 * Let a contender in, connected and warm if that matters.
		 * @param contender who takes part from now on
		 * @throws Exception if that fails
		 */
		default void admit(Contender contender) throws Exception {
		}

		/**
		 * Do one round with a contender. Blocks until it is over.
		 * @param contender whose turn it is
		 * @return what was measured
		 * @throws Exception if the contender fails, or broke a promise
		 */
		Map<Metric, Double> round(Contender contender) throws Exception;

		@Override
		default void close() {
		}

	}

}
