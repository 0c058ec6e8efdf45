package io.github.coordination.spi.support;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.QueueListener;
import io.github.coordination.spi.WatchListener;

/**
 * Reports the changes of one watch to its listener, one at a time and in the order in
 * which they were appended. Safe for use by several threads.
 */
public final class ChangeFeed implements AutoCloseable {

	private static final Logger LOGGER = System.getLogger(ChangeFeed.class.getName());

	private final WatchListener listener;

	private final Executor executor;

	private final Queue<Change> changes = new ConcurrentLinkedQueue<>();

	private final AtomicInteger undelivered = new AtomicInteger();

	private volatile boolean open = true;

	/**
	 * Create a feed.
	 * @param listener what to call
	 * @param executor where to call it, unless it is a {@link QueueListener}: that is
	 * called by whoever delivers
	 */
	public ChangeFeed(WatchListener listener, Executor executor) {
		this.listener = listener;
		this.executor = (listener instanceof QueueListener) ? Runnable::run : executor;
	}

	/**
	 * Append a change and have it reported, after those before it. Whoever calls this
	 * from one thread at a time needs no lock to keep the order.
	 * @param change the change
	 */
	public void report(Change change) {
		append(change);
		deliver();
	}

	/**
	 * Append a change. Returns at once and calls nobody, so that it can be done under the
	 * lock that decides the order; {@link #deliver()} must follow, once for each change.
	 * @param change the change
	 */
	public void append(Change change) {
		this.changes.add(change);
	}

	/**
	 * Have the next change reported, after those before it.
	 */
	public void deliver() {
		if (this.undelivered.getAndIncrement() == 0) {
			this.executor.execute(this::drain);
		}
	}

	/**
	 * Report nothing more. A call that is running goes on.
	 */
	@Override
	public void close() {
		this.open = false;
	}

	private void drain() {
		do {
			Change change = this.changes.poll();
			if (change != null && this.open) {
				tell(change);
			}
		}
		while (this.undelivered.decrementAndGet() > 0);
	}

	private void tell(Change change) {
		try {
			this.listener.onChange(change);
		}
		catch (RuntimeException | Error ex) {
			LOGGER.log(Level.ERROR, "A listener to changes failed", ex);
		}
	}

}
