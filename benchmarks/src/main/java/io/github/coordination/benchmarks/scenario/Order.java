package io.github.coordination.benchmarks.scenario;

import java.io.Serializable;

/**
 * Something a process does when it is told to.
 *
 * @param <R> what it answers
 */
interface Order<R extends Serializable> extends Serializable {

	/**
	 * Do it. Blocks until it is done.
	 * @param site the process it is done in
	 * @return the answer
	 * @throws Exception if that fails
	 */
	R run(Site site) throws Exception;

}
