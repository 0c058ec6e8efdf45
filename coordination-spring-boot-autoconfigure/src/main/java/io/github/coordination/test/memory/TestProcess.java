package io.github.coordination.test.memory;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.recipe.RecipeCoordinatorFactory;
import io.github.coordination.test.FaultyBackend;

/**
 * A process that coordinates.
 *
 * @param coordinator its coordinator
 * @param backend its way to the store
 */
record TestProcess(Coordinator coordinator, FaultyBackend backend) {

	/** Start one on some threads, with a session in the store that the options name. */
	static TestProcess start(CoordinatorOptions options, ProcessThreads threads) {
		FaultyBackend backend = new FaultyBackend(RecipeCoordinatorFactory.create(options, threads.environment()),
				threads.environment());
		return new TestProcess(RecipeCoordinatorFactory.connect(options, backend, threads.environment(), () -> {
		}), backend);
	}

}
