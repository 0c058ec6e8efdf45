package io.github.coordination.benchmarks.scenario.contender;

/**
 * A way to protect critical sections in one store: the bare requests themselves, another
 * library, or this one. Everything about a store is compared through this interface.
 */
public interface Contender {

	/**
	 * Return what tables call it.
	 * @return a name without blanks
	 */
	String name();

	/**
	 * Whether {@link Section#enter()} waits for others. What only asks once takes no part
	 * where several threads want one name.
	 * @return {@code false} if it never waits
	 */
	default boolean waits() {
		return true;
	}

	/**
	 * Connect to the store.
	 * @param url the store's url
	 * @return one client, shared by the threads of a process
	 * @throws Exception if that fails
	 */
	Client open(String url) throws Exception;

	/**
	 * A client of a store. Safe for use by several threads.
	 */
	interface Client extends AutoCloseable {

		/**
		 * Prepare critical sections.
		 * @param name the name they are protected by
		 * @return the sections of one thread, to be used by the calling one
		 * @throws Exception if that fails
		 */
		Section section(String name) throws Exception;

		@Override
		void close();

	}

}
