package io.github.coordination.test;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executor;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * Stands between the watches of a {@link FaultyBackend} and their listeners.
 */
final class WatchFaults {

	private final Executor callbacks;

	/** Listeners that missed a change, the first one first. */
	private final Set<FaultyWatch> owed = new CopyOnWriteArraySet<>();

	/** Watches that were not closed. */
	private final Set<FaultyWatch> watches = ConcurrentHashMap.newKeySet();

	private volatile boolean losing;

	private volatile boolean duplicating;

	private volatile boolean hidingDetails;

	WatchFaults(Executor callbacks) {
		this.callbacks = callbacks;
	}

	void lose() {
		this.losing = true;
	}

	void duplicate() {
		this.duplicating = true;
	}

	void hideDetails() {
		this.hidingDetails = true;
	}

	void heal() {
		this.losing = false;
		this.duplicating = false;
		this.owed.forEach(this::settle);
	}

	void wake() {
		this.watches.forEach((watch) -> this.callbacks.execute(() -> watch.onChange(Change.UNKNOWN)));
	}

	Watch watch(CoordinationBackend backend, Directory directory, WatchListener listener) {
		FaultyWatch watch = new FaultyWatch(listener);
		watch.delegate = backend.watch(directory, watch);
		this.watches.add(watch);
		return watch;
	}

	private void settle(FaultyWatch watch) {
		if (this.owed.remove(watch)) {
			this.callbacks.execute(() -> watch.onChange(Change.UNKNOWN));
		}
	}

	private final class FaultyWatch implements Watch, WatchListener {

		private final WatchListener listener;

		private volatile boolean open = true;

		private volatile Watch delegate = () -> {
		};

		private FaultyWatch(WatchListener listener) {
			this.listener = listener;
		}

		@Override
		public void onChange(Change change) {
			if (WatchFaults.this.losing) {
				WatchFaults.this.owed.add(this);
				if (!WatchFaults.this.losing) {
					// healed in between: nobody else would pay
					settle(this);
				}
				return;
			}
			deliver(change);
			if (WatchFaults.this.duplicating) {
				deliver(change);
			}
		}

		@Override
		public void close() {
			this.open = false;
			WatchFaults.this.watches.remove(this);
			WatchFaults.this.owed.remove(this);
			this.delegate.close();
		}

		private void deliver(Change change) {
			if (this.open) {
				this.listener.onChange(WatchFaults.this.hidingDetails ? Change.UNKNOWN : change);
			}
		}

	}

}
