package io.github.coordination.spi;

/**
 * A watch on a directory, until it is closed.
 */
public interface Watch extends AutoCloseable {

	/**
	 * End the watch. A call to the listener that is already running goes on. Never fails.
	 */
	@Override
	void close();

}
