package io.github.coordination.benchmarks.scenario;

import java.util.ArrayList;

/**
 * Do a round.
 *
 * @param contender the contender's name
 * @param window when it is
 */
record RunCrowd(String contender, Window window) implements Order<ArrayList<Log>> {

	@Override
	public ArrayList<Log> run(Site site) throws Exception {
		return site.crowd(this.contender).run(this.window);
	}

}
