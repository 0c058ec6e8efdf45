package io.github.coordination.spi.support;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinationException;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * Watches on directories of a store that does not tell of all changes. What is watched is
 * read again and again, often after a change and more and more seldom while there is
 * none; what is due soon is read together with what is due. Nothing is read while nothing
 * is watched. What could not be read may have changed in any way, and that is told as
 * soon as it can be read again. Safe for use by several threads.
 *
 * @param <K> the key of a directory
 * @param <S> the state of a directory
 */
public final class PolledWatches<K, S> implements AutoCloseable {

	private static final Logger LOGGER = System.getLogger(PolledWatches.class.getName());

	private static final Duration AFTER_FAILURE = Duration.ofMillis(200);

	private final Environment environment;

	private final Pace pace;

	private final Source<K, S> source;

	private final Map<K, Watched<S>> watched = new ConcurrentHashMap<>();

	/** Guards all that changes; never held while somebody is asked or told. */
	private final ReentrantLock guard = new ReentrantLock();

	private boolean polling;

	private boolean planned;

	/** When the next poll begins, if one is planned. */
	private long nextPoll;

	private Runnable cancelPoll = () -> {
	};

	private boolean closed;

	/**
	 * Create it. Nothing is started before the first watch.
	 * @param environment time and threads; the source is read on its callback executor
	 * @param pace how often to read
	 * @param source what to read
	 */
	public PolledWatches(Environment environment, Pace pace, Source<K, S> source) {
		this.environment = environment;
		this.pace = pace;
		this.source = source;
	}

	/**
	 * Watch a directory from now on. Reads it first, unless its state is known because it
	 * is watched already.
	 * @param key the directory's key
	 * @param listener what to tell of changes
	 * @return the watch
	 * @throws CoordinationException if the source does; then nothing is watched
	 */
	public Watch watch(K key, WatchListener listener) {
		ChangeFeed feed = new ChangeFeed(listener, this.environment.callbacks());
		if (!join(key, feed, null)) {
			join(key, feed, this.source.read(key));
		}
		return () -> leave(key, feed);
	}

	/**
	 * Return whether nothing is watched.
	 * @return whether there is no watch
	 */
	public boolean isEmpty() {
		return this.watched.isEmpty();
	}

	/**
	 * Read a directory soon, if it is watched: somebody knows that it has changed.
	 * @param key the directory's key
	 */
	public void hasten(K key) {
		Watched<S> entry = this.watched.get(key);
		if (entry != null) {
			change((told) -> hasten(entry));
		}
	}

	/**
	 * Tell those who watch a directory of a change that was heard of elsewhere. Changes
	 * that are named must come from one thread, in their order.
	 * @param key the directory's key
	 * @param change the change
	 */
	public void report(K key, Change change) {
		Watched<S> entry = this.watched.get(key);
		if (entry != null) {
			change((told) -> entry.append(change, told));
		}
	}

	/**
	 * Tell everybody that anything may have happened, and read everything now.
	 */
	public void reportAll() {
		change((told) -> {
			this.watched.values().forEach((entry) -> {
				entry.next = now();
				entry.append(Change.UNKNOWN, told);
			});
			plan(now());
		});
	}

	/**
	 * End all watches.
	 */
	@Override
	public void close() {
		change((told) -> {
			this.closed = true;
			this.cancelPoll.run();
			this.watched.values().forEach((entry) -> entry.feeds.forEach(ChangeFeed::close));
			this.watched.clear();
		});
	}

	/**
	 * Add a feed to those of a directory.
	 * @param seen what was read before, {@code null} if nothing was
	 * @return {@code false} if something must be read first
	 */
	private boolean join(K key, ChangeFeed feed, @Nullable S seen) {
		List<ChangeFeed> told = new ArrayList<>();
		this.guard.lock();
		try {
			Watched<S> entry = this.watched.get(key);
			if (entry != null && entry.seen != null) {
				entry.feeds.add(feed);
				return true;
			}
			if (seen == null) {
				return false;
			}
			if (entry == null) {
				entry = new Watched<>(seen, now());
			}
			// those before were not told what happened since their last look
			entry.append(Change.UNKNOWN, told);
			entry.feeds.add(feed);
			if (!this.closed) {
				this.watched.put(key, entry);
				// something may have happened between that look and this moment
				hasten(entry);
			}
		}
		finally {
			this.guard.unlock();
		}
		told.forEach(ChangeFeed::deliver);
		return true;
	}

	private void leave(K key, ChangeFeed feed) {
		feed.close();
		change((told) -> this.watched.computeIfPresent(key, (name, entry) -> {
			entry.feeds.remove(feed);
			return entry.feeds.isEmpty() ? null : entry;
		}));
	}

	/** Change something under the guard, and then tell those who are to be told. */
	private void change(Consumer<List<ChangeFeed>> step) {
		List<ChangeFeed> told = new ArrayList<>();
		this.guard.lock();
		try {
			step.accept(told);
		}
		finally {
			this.guard.unlock();
		}
		told.forEach(ChangeFeed::deliver);
	}

	/** Under the guard. */
	private void hasten(Watched<S> entry) {
		entry.interval = this.pace.shortest.toNanos();
		entry.next = now() + entry.interval;
		plan(entry.next);
	}

	/** Under the guard. */
	private void plan(long at) {
		// a poll that is running plans the next
		if (this.closed || this.polling || (this.planned && this.nextPoll - at <= 0)) {
			return;
		}
		this.cancelPoll.run();
		this.planned = true;
		this.nextPoll = at;
		this.cancelPoll = this.environment.timer().schedule(Duration.ofNanos(at - now()), this::begin);
	}

	private void begin() {
		try {
			this.environment.callbacks().execute(this::poll);
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// there is no thread for it now; once this is closed, none is needed
			change((told) -> {
				this.planned = false;
				plan(now() + AFTER_FAILURE.toNanos());
			});
		}
	}

	/** Under the guard. */
	private void planNext() {
		this.watched.values()
			.stream()
			.map((entry) -> entry.next)
			.min((one, other) -> Long.signum(one - other))
			.ifPresent(this::plan);
	}

	private void poll() {
		Map<K, Watched<S>> due = new HashMap<>();
		change((told) -> {
			this.planned = false;
			if (!this.polling) {
				this.watched.forEach((key, entry) -> {
					if (entry.isDue(now())) {
						due.put(key, entry);
					}
				});
				this.polling = !due.isEmpty();
				planNext();
			}
		});
		if (due.isEmpty()) {
			return;
		}
		Map<K, S> found = new HashMap<>();
		try {
			// only a poll changes what was seen, and there is one at a time
			found.putAll(this.source.read(due.keySet(),
					due.values().stream().map((entry) -> entry.seen).filter(Objects::nonNull).toList()));
		}
		catch (RuntimeException ex) {
			LOGGER.log(Level.DEBUG, "What is watched could not be read", ex);
		}
		finally {
			boolean isTold = this.source.isTold();
			change((told) -> {
				this.polling = false;
				try {
					due.forEach((key, entry) -> compare(entry, found.get(key), isTold, told));
				}
				finally {
					// whatever happened, those who wait must not be forgotten
					planNext();
				}
			});
		}
	}

	/** Under the guard. What could not be read is {@code null}. */
	private void compare(Watched<S> entry, @Nullable S state, boolean isTold, List<ChangeFeed> told) {
		S before = entry.seen;
		entry.seen = state;
		entry.last = now();
		if (state == null) {
			entry.next = entry.last + AFTER_FAILURE.toNanos();
			return;
		}
		Change change = (before != null) ? this.source.change(before, state) : Change.UNKNOWN;
		entry.interval = this.pace.next(entry.interval, change != null);
		entry.next = entry.last + (isTold ? this.pace.longest.toNanos() : entry.interval);
		if (change != null) {
			entry.append(change, told);
		}
	}

	private long now() {
		return this.environment.clock().nanoTime();
	}

	/**
	 * Reads directories.
	 *
	 * @param <K> the key of a directory
	 * @param <S> the state of a directory
	 */
	public interface Source<K, S> {

		/**
		 * Read the directory that somebody begins to watch.
		 * @param key its key
		 * @return its state
		 * @throws CoordinationException if it cannot be read
		 */
		S read(K key);

		/**
		 * Read directories that are watched. Called by one thread at a time.
		 * @param keys their keys
		 * @param known their states at the last look, of those that could be read then
		 * @return the state of each
		 * @throws CoordinationException if they cannot be read
		 */
		Map<K, S> read(Collection<K> keys, Collection<S> known);

		/**
		 * Tell two states of a directory apart. Must return at once.
		 * @param before the state at one look
		 * @param now the state at the next
		 * @return what happened between them, {@code null} if nothing did
		 */
		@Nullable Change change(S before, S now);

		/**
		 * Return whether changes are also {@linkplain PolledWatches#report reported} now:
		 * then it is enough to read at the longest interval.
		 * @return whether polls are only for what goes unsaid
		 */
		boolean isTold();

	}

	/**
	 * How often a directory is read.
	 *
	 * @param shortest the time until the first look and after a change
	 * @param longest the most that lies between two looks
	 * @param growth how much longer each interval is than the one before, while nothing
	 * changes
	 */
	public record Pace(Duration shortest, Duration longest, double growth) {

		private long next(long interval, boolean isChanged) {
			return isChanged ? this.shortest.toNanos()
					: (long) Math.min(interval * this.growth, this.longest.toNanos());
		}

	}

	/**
	 * A directory that is watched.
	 */
	private static final class Watched<S> {

		private final List<ChangeFeed> feeds = new ArrayList<>(1);

		/** {@code null} if changes may have gone unseen. */
		private @Nullable S seen;

		private long last;

		private long next;

		private long interval;

		Watched(S seen, long now) {
			this.seen = seen;
			this.last = now;
		}

		/** Half of the time is enough to be read together with another. */
		boolean isDue(long now) {
			return now - this.last >= (this.next - this.last) / 2;
		}

		void append(Change change, List<ChangeFeed> told) {
			for (ChangeFeed feed : this.feeds) {
				feed.append(change);
				told.add(feed);
			}
		}

	}

}
