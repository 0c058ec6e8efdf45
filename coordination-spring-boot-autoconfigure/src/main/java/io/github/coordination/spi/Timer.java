package io.github.coordination.spi;

import java.time.Duration;

/**
 * Runs short tasks later. A task must not block, or it delays the deadlines of others;
 * blocking work is handed to an executor.
 */
@FunctionalInterface
public interface Timer {

	/**
	 * Run a task once.
	 * @param delay how much later, by the environment's clock; zero or less means soon
	 * @param task what to run
	 * @return a way to cancel it, harmless if it ran already
	 */
	Runnable schedule(Duration delay, Runnable task);

}
