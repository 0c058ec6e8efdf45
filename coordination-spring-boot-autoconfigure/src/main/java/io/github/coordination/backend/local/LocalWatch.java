package io.github.coordination.backend.local;

import java.util.concurrent.Executor;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * A watch of a {@link LocalStore}.
 */
final class LocalWatch implements Watch {

	private final LocalStore store;

	private final Directory directory;

	private final ChangeFeed feed;

	LocalWatch(LocalStore store, Directory directory, WatchListener listener, Executor executor) {
		this.store = store;
		this.directory = directory;
		this.feed = new ChangeFeed(listener, executor);
	}

	Directory directory() {
		return this.directory;
	}

	/** Under the store's lock, so that changes are told in their order. */
	void add(Change change) {
		this.feed.append(change);
	}

	/** Tell what was added, one change at a time. */
	void report() {
		this.feed.deliver();
	}

	@Override
	public void close() {
		this.feed.close();
		this.store.unwatch(this);
	}

}
