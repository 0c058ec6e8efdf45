package io.github.coordination.backend.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinationException;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.PolledWatches;

/**
 * Who waits for which directories. They are polled, one statement for up to
 * {@value Sql#BATCH} of them. Where the database tells of changes, that is what wakes
 * waiters, and the poll is for what goes unsaid. As long as anybody waits, sessions that
 * are over are swept.
 */
final class Watches implements AutoCloseable {

	private static final Logger LOGGER = System.getLogger(Watches.class.getName());

	private static final PolledWatches.Pace PACE = new PolledWatches.Pace(Duration.ofMillis(2), Duration.ofMillis(200),
			1.25);

	private static final long PATROL = JdbcBackend.PATROL.toNanos();

	private static final Duration EMPTY = Duration.ofHours(1);

	private final Environment environment;

	private final Connections connections;

	private final Store store;

	private final PolledWatches<String, String> polled;

	private final Hints hints;

	/** Whether the database tells of changes. */
	private volatile boolean isTold;

	private volatile long nextPatrol;

	private volatile long nextPrune;

	private volatile boolean closed;

	Watches(Environment environment, Connections connections, Connections.Opener opener, Store store) {
		this.environment = environment;
		this.connections = connections;
		this.store = store;
		this.polled = new PolledWatches<>(environment, PACE, new Digests());
		this.hints = new Hints(environment, opener, store.channel(), this.polled);
		this.nextPatrol = now();
		this.nextPrune = now() + environment.random().nextLong(EMPTY.toNanos());
	}

	/**
	 * Watch a directory. One round trip, unless it is watched already.
	 */
	Watch add(Directory directory, WatchListener listener) {
		Watch watch = this.polled.watch(Names.of(directory), listener);
		// only now: whoever listens ends when nobody watches
		if (this.isTold) {
			this.hints.start();
		}
		return watch;
	}

	/** Use no connection that is open now. */
	void reconnect() {
		this.connections.reconnect();
		this.hints.reconnect();
	}

	/** Look for sessions that are over, unless somebody did so a moment ago. */
	void patrolSoon() {
		if (!this.closed && isDue(this.nextPatrol)) {
			try {
				this.environment.callbacks().execute(this::patrol);
			}
			catch (RejectedExecutionException ex) {
				// whoever goes on does it
			}
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.hints.close();
		this.polled.close();
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

	private boolean isDue(long at) {
		return now() - at >= 0;
	}

	private long now() {
		return this.environment.clock().nanoTime();
	}

	/**
	 * What tells one state of a directory from all others it had before.
	 */
	private final class Digests implements PolledWatches.Source<String, String> {

		private static final String NOTHING = "";

		@Override
		public String read(String key) {
			return Watches.this.connections.read((link) -> {
				Watches.this.isTold = link.dialect().notifies();
				return digests(link, List.of(key));
			}).getOrDefault(key, NOTHING);
		}

		@Override
		public Map<String, String> read(Collection<String> keys, Collection<String> known) {
			if (isDue(Watches.this.nextPatrol)) {
				// not at the same time: that would take one connection more
				patrol();
			}
			List<String> all = List.copyOf(keys);
			Map<String, String> digests = new HashMap<>();
			all.forEach((key) -> digests.put(key, NOTHING));
			for (int i = 0; i < all.size(); i += Sql.BATCH) {
				List<String> batch = all.subList(i, Math.min(i + Sql.BATCH, all.size()));
				digests.putAll(Watches.this.connections.read((link) -> digests(link, batch)));
			}
			return digests;
		}

		@Override
		public @Nullable Change change(String before, String now) {
			return before.equals(now) ? null : Change.UNKNOWN;
		}

		@Override
		public boolean isTold() {
			return Watches.this.hints.isListening();
		}

		private static Map<String, String> digests(Link link, List<String> keys) throws SQLException {
			String[] names = new String[2 * Sql.BATCH];
			for (int i = 0; i < names.length; i++) {
				names[i] = keys.get(Math.min(i % Sql.BATCH, keys.size() - 1));
			}
			Map<String, String> digests = new HashMap<>();
			link.each(link.sql().digests, (rows) -> digests.merge(rows.getString(1),
					rows.getString(2) + ' ' + rows.getString(3), String::concat), (Object[]) names);
			return digests;
		}

	}

}
