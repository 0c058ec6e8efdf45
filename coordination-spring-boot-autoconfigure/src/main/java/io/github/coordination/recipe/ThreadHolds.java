package io.github.coordination.recipe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockHandle;
import io.github.coordination.spi.Directory;

/**
 * What threads hold through the re-entrant views of one coordinator.
 */
final class ThreadHolds {

	private final Map<Key, Hold> holds = new ConcurrentHashMap<>();

	@Nullable Hold current(Directory directory) {
		return this.holds.get(new Key(directory, Thread.currentThread()));
	}

	void put(Directory directory, Hold hold) {
		this.holds.put(new Key(directory, Thread.currentThread()), hold);
	}

	void remove(Directory directory) {
		this.holds.remove(new Key(directory, Thread.currentThread()));
	}

	private record Key(Directory directory, Thread thread) {
	}

	/**
	 * What one thread holds of one name.
	 */
	static final class Hold {

		final LockHandle handle;

		final boolean exclusive;

		/** Used by its thread alone. */
		int count = 1;

		Hold(LockHandle handle, boolean exclusive) {
			this.handle = handle;
			this.exclusive = exclusive;
		}

	}

}
