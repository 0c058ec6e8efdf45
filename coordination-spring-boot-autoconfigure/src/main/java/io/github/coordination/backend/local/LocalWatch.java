package io.github.coordination.backend.local;

import java.util.concurrent.Executor;

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

	void report(Change change) {
		this.executor.execute(() -> {
			if (this.open) {
				this.listener.onChange(change);
			}
		});
	}

	@Override
	public void close() {
		this.open = false;
		this.store.unwatch(this);
	}

}
