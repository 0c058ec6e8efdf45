package io.github.coordination.spi;

/**
 * {@link WatchListener} of those who wait in a queue. It returns at once and calls
 * nobody's code, so that a backend may call it on the thread that has the news: a
 * hand-over does not wait for another thread to be woken.
 */
@FunctionalInterface
public interface QueueListener extends WatchListener {

}
