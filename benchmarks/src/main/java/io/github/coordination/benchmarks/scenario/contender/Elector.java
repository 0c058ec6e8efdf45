package io.github.coordination.benchmarks.scenario.contender;

/**
 * A contender that elects leaders too.
 */
public interface Elector extends Contender {

	/**
	 * Connect to the store with a client of its own, and stand for election.
	 * @param url the store's url
	 * @param election the election's name
	 * @param granted what to do when it leads
	 * @return the candidate
	 * @throws Exception if that fails
	 */
	Candidate stand(String url, String election, Runnable granted) throws Exception;

	/**
	 * Somebody who leads or waits to lead.
	 */
	interface Candidate extends AutoCloseable {

		/**
		 * Give leadership back, as the library's users do when they end, and disconnect.
		 */
		@Override
		void close();

	}

}
