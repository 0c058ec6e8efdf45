package io.github.coordination.backend.local;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * A watch of a {@link LocalStore}.
 */
final class LocalWatch implements Watch {

	private final LocalStore store;

	private final Directory directory;

	private final WatchListener listener;

	private final Executor executor;

	private final Queue<Change> changes = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	private volatile boolean open = true;

	LocalWatch(LocalStore store, Directory directory, WatchListener listener, Executor executor) {
		this.store = store;
		this.directory = directory;
		this.listener = listener;
		this.executor = executor;
	}

	Directory directory() {
		return this.directory;
	}

	/** Under the store's lock, so that changes are told in their order. */
	void add(Change change) {
		this.changes.add(change);
	}

	/** Tell what was added, one change at a time. */
	void report() {
		if (this.waiting.getAndIncrement() == 0) {
			this.executor.execute(this::tell);
		}
	}

	private void tell() {
		try {
			Change change = this.changes.poll();
			if (change != null && this.open) {
				this.listener.onChange(change);
			}
		}
		finally {
			if (this.waiting.decrementAndGet() > 0) {
				this.executor.execute(this::tell);
			}
		}
	}

	@Override
	public void close() {
		this.open = false;
		this.store.unwatch(this);
	}

}
