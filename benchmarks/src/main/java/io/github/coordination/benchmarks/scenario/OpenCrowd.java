package io.github.coordination.benchmarks.scenario;

/**
 * Connect with one contender and let its threads come.
 *
 * @param store the store's name
 * @param contender the contender's name
 * @param url where the store is
 * @param plan what the threads do
 * @param process the number of the process that is told
 */
record OpenCrowd(String store, String contender, String url, Plan plan, int process) implements Order<Integer> {

	@Override
	public Integer run(Site site) throws Exception {
		site.add(this.contender,
				new Crowd(Stores.contender(this.store, this.contender), this.url, this.plan, this.process));
		return this.plan.threads();
	}

}
