package io.github.coordination.benchmarks.scenario.contender;

import java.util.List;

/**
 * A store, with everybody who takes part there.
 */
public interface Store {

	/** What a store answers that does not count its requests. */
	long NOT_COUNTED = -1;

	/**
	 * Return what the command line calls it.
	 * @return the name
	 */
	String name();

	/**
	 * Return who is compared.
	 * @return the contenders; the first is the bare limit that the others are set against
	 */
	List<Contender> contenders();

	/**
	 * Start an empty store of our own, on a free port.
	 * @return the server; closing it stops it and removes its files
	 */
	Server start();

	/**
	 * Ask a store how many requests it has had, by its own count and without this
	 * question.
	 * @param url the store's url
	 * @return the number of requests, or {@link #NOT_COUNTED}
	 * @throws Exception if it does not answer
	 */
	default long requests(String url) throws Exception {
		return NOT_COUNTED;
	}

	/**
	 * Return who can share it.
	 * @return how far it reaches
	 */
	default Reach reach() {
		return Reach.NETWORK;
	}

	/**
	 * How far a store reaches.
	 */
	enum Reach {

		/** It ends at the process. */
		PROCESS,

		/** It joins the processes of a machine. */
		MACHINE,

		/** It is a server. */
		NETWORK

	}

	/**
	 * A running store.
	 *
	 * @param url its url, as this library's users write it
	 * @param process what stops it
	 */
	record Server(String url, AutoCloseable process) implements AutoCloseable {

		@Override
		public void close() {
			try {
				this.process.close();
			}
			catch (Exception ex) {
				throw new IllegalStateException("The store does not stop", ex);
			}
		}

	}

}
