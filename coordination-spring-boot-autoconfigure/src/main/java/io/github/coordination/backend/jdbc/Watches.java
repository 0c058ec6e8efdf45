package io.github.coordination.backend.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinationException;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * Who waits for which directories. They are polled, those that changed lately more often:
 * one statement for up to {@value Sql#BATCH} of them, and none if nobody waits. Where the
 * database tells of changes, that is what wakes waiters, and the poll is for what goes
 * unsaid. As long as anybody waits, sessions that are over are swept.
 */
final class Watches implements AutoCloseable {

	private static final Logger LOGGER = System.getLogger(Watches.class.getName());

	private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(2);

	private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(200);

	private static final long PATROL = JdbcBackend.PATROL.toNanos();

	private static final Duration EMPTY = Duration.ofHours(1);

	private final Environment environment;

	private final Connections connections;

	private final Store store;

	private final Hints hints;

	private final Map<String, Watched> watched = new ConcurrentHashMap<>();

	private final ReentrantLock planning = new ReentrantLock();

	/** When the next poll begins, if one is planned; guarded. */
	private long nextPoll;

	private boolean planned;

	private Runnable cancelPoll = () -> {
	};

	private volatile long nextPatrol;

	private volatile long nextPrune;

	private volatile boolean closed;

	Watches(Environment environment, Connections connections, Connections.Opener opener, Store store) {
		this.environment = environment;
		this.connections = connections;
		this.store = store;
		this.hints = new Hints(environment, opener, store.channel(), this);
		this.nextPatrol = now();
		this.nextPrune = now() + environment.random().nextLong(EMPTY.toNanos());
	}

	/**
	 * Watch a directory. One round trip, unless it is watched already.
	 */
	Watch add(Directory directory, WatchListener listener) {
		String key = Names.of(directory);
		ChangeFeed feed = new ChangeFeed(listener, this.environment.callbacks());
		Watched entry = this.watched.compute(key, (name, known) -> {
			Watched shared = (known != null) ? known : new Watched(now());
			shared.feeds.add(feed);
			return shared;
		});
		Watch watch = () -> {
			feed.close();
			this.watched.computeIfPresent(key, (name, known) -> {
				known.feeds.remove(feed);
				return known.feeds.isEmpty() ? null : known;
			});
		};
		try {
			if (entry.digest == null) {
				String seen = this.connections.read((link) -> {
					if (link.dialect().notifies()) {
						this.hints.start();
					}
					return digests(link, List.of(key)).getOrDefault(key, Watched.NOTHING);
				});
				entry.digest = seen;
				if (entry.feeds.size() > 1) {
					// what happened since the last look that succeeded
					entry.report(Change.UNKNOWN);
				}
			}
		}
		catch (CoordinationException ex) {
			watch.close();
			throw ex;
		}
		plan(entry.next);
		return watch;
	}

	boolean isEmpty() {
		return this.watched.isEmpty();
	}

	/** Tell of a change. Those named must come from one thread, in their order. */
	void report(String key, Change change) {
		Watched entry = this.watched.get(key);
		if (entry != null) {
			entry.report(change);
		}
	}

	/** Anything may have happened: look at everything now. */
	void reportAll() {
		this.watched.forEach((key, entry) -> {
			entry.next = now();
			entry.report(Change.UNKNOWN);
		});
		plan(now());
	}

	/** Use no connection that is open now. */
	void reconnect() {
		this.connections.reconnect();
		this.hints.reconnect();
	}

	/** Look for sessions that are over, unless somebody did so a moment ago. */
	void patrolSoon() {
		if (!this.closed && isDue(this.nextPatrol)) {
			execute(this::patrol);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.hints.close();
		this.planning.lock();
		try {
			this.cancelPoll.run();
		}
		finally {
			this.planning.unlock();
		}
		this.watched.values().forEach((entry) -> entry.feeds.forEach(ChangeFeed::close));
		this.watched.clear();
	}

	private void plan(long at) {
		this.planning.lock();
		try {
			if (this.closed || this.watched.isEmpty() || (this.planned && this.nextPoll - at <= 0)) {
				return;
			}
			this.cancelPoll.run();
			this.planned = true;
			this.nextPoll = at;
			this.cancelPoll = this.environment.timer()
				.schedule(Duration.ofNanos(Math.max(at - now(), 0)), () -> execute(this::poll));
		}
		finally {
			this.planning.unlock();
		}
	}

	private void poll() {
		this.planning.lock();
		try {
			this.planned = false;
		}
		finally {
			this.planning.unlock();
		}
		try {
			lookAtAllDue();
		}
		finally {
			long next = this.nextPatrol;
			for (Watched entry : this.watched.values()) {
				next = (entry.next - next < 0) ? entry.next : next;
			}
			plan(next);
		}
	}

	private void lookAtAllDue() {
		List<String> due = new ArrayList<>();
		this.watched.forEach((key, entry) -> {
			if (isDue(entry.next - SHORTEST)) {
				due.add(key);
			}
		});
		for (int i = 0; i < due.size() && !this.closed; i += Sql.BATCH) {
			look(due.subList(i, Math.min(i + Sql.BATCH, due.size())));
		}
		if (isDue(this.nextPatrol)) {
			patrol();
		}
	}

	private void look(List<String> keys) {
		Map<String, String> digests;
		try {
			digests = this.connections.read((link) -> digests(link, keys));
		}
		catch (RuntimeException ex) {
			LOGGER.log(Level.DEBUG, "The database could not be polled", ex);
			for (String key : keys) {
				this.watched.computeIfPresent(key, (name, entry) -> entry.forget(now()));
			}
			return;
		}
		for (String key : keys) {
			Watched entry = this.watched.get(key);
			if (entry != null) {
				entry.saw(digests.getOrDefault(key, Watched.NOTHING), now(), this.hints.isListening());
			}
		}
	}

	/** What tells one state of a directory from all others it had before. */
	private static Map<String, String> digests(Link link, List<String> keys) throws SQLException {
		String[] names = new String[2 * Sql.BATCH];
		for (int i = 0; i < names.length; i++) {
			names[i] = keys.get(Math.min(i % Sql.BATCH, keys.size() - 1));
		}
		Map<String, String> digests = new HashMap<>();
		link.all(link.sql().digests,
				(rows) -> digests.merge(rows.getString(1), rows.getString(2) + ' ' + rows.getString(3), String::concat),
				(Object[]) names);
		return digests;
	}

	private void patrol() {
		this.nextPatrol = now() + this.environment.random().nextLong(PATROL / 2, PATROL);
		boolean prune = isDue(this.nextPrune);
		try {
			this.connections.write((link) -> {
				this.store.patrol(link);
				if (prune) {
					this.store.prune(link, EMPTY);
				}
				return prune;
			});
			if (prune) {
				this.nextPrune = now() + EMPTY.toNanos();
			}
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "Sessions that are over could not be swept yet", ex);
		}
	}

	private void execute(Runnable task) {
		try {
			this.environment.callbacks().execute(task);
		}
		catch (RejectedExecutionException ex) {
			// nobody is left to be told
		}
	}

	private boolean isDue(long at) {
		return now() - at >= 0;
	}

	private long now() {
		return this.environment.clock().nanoTime();
	}

	/**
	 * A directory that somebody waits for.
	 */
	private static final class Watched {

		static final String NOTHING = "";

		final List<ChangeFeed> feeds = new CopyOnWriteArrayList<>();

		/** {@code null} if it is not known, or changes may have gone unseen. */
		volatile @Nullable String digest;

		/** When it is looked at next. */
		volatile long next;

		private long interval = SHORTEST;

		Watched(long now) {
			this.next = now + SHORTEST;
		}

		void saw(String seen, long now, boolean told) {
			boolean changed = !seen.equals(this.digest);
			this.digest = seen;
			this.interval = changed ? SHORTEST : Math.min(this.interval * 5 / 4, LONGEST);
			this.next = now + (told ? LONGEST : this.interval);
			if (changed) {
				report(Change.UNKNOWN);
			}
		}

		Watched forget(long now) {
			this.digest = null;
			this.next = now + LONGEST;
			return this;
		}

		void report(Change change) {
			this.feeds.forEach((feed) -> feed.report(change));
		}

	}

}
