package io.github.coordination;

/**
 * A registered listener. Closing it ends the delivery of further calls; a call already
 * running goes on. Closing twice is harmless.
 */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

	@Override
	void close();

}
