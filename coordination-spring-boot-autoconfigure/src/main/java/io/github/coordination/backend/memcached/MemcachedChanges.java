package io.github.coordination.backend.memcached;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinationException;
import io.github.coordination.backend.memcached.Documents.Found;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * Watches of one backend. The documents that are watched here are read together, often
 * after a change and more and more seldom while there is none; while nothing is watched
 * nothing is asked. A document counts its changes, so it is known when one was the only
 * one; a session's end removes entries without being counted.
 */
final class MemcachedChanges {

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final Duration LONGEST = Duration.ofMillis(50);

	private static final Duration AFTER_FAILURE = Duration.ofMillis(250);

	/** So many documents are read at once. */
	private static final int BATCH = 100;

	private final Documents documents;

	private final Connections connections;

	private final Environment environment;

	private final Duration callTimeout;

	/** Guards all that follows; never held while somebody is asked or told. */
	private final ReentrantLock guard = new ReentrantLock();

	private final Map<Directory, Watched> watches = new HashMap<>();

	private Duration pause = SHORTEST;

	private boolean polling;

	/** Whether a poll failed since the last that did not. */
	private boolean broken;

	private Runnable cancel = () -> {
	};

	private boolean closed;

	MemcachedChanges(Documents documents, Connections connections, BackendConfig config) {
		this.documents = documents;
		this.connections = connections;
		this.environment = config.environment();
		this.callTimeout = config.callTimeout();
	}

	/** Watch a directory from now on. */
	Watch watch(Directory directory, WatchListener listener, Deadline deadline) {
		ChangeFeed feed = new ChangeFeed(listener, this.environment.callbacks());
		if (!join(directory, feed, null)) {
			join(directory, feed, this.documents.read(directory, deadline));
		}
		return () -> leave(directory, feed);
	}

	/** Look soon, because this process has changed something. */
	void hasten(Directory directory) {
		this.guard.lock();
		try {
			if (this.watches.containsKey(directory)) {
				hasten();
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	void close() {
		this.guard.lock();
		try {
			this.closed = true;
			this.cancel.run();
			this.watches.values().forEach((watched) -> watched.feeds.forEach(ChangeFeed::close));
			this.watches.clear();
		}
		finally {
			this.guard.unlock();
		}
		this.connections.close();
	}

	/**
	 * Add a feed to those of a directory.
	 * @param seen what to compare with, if the directory is not watched yet
	 * @return {@code false} if that is missing
	 */
	private boolean join(Directory directory, ChangeFeed feed, @Nullable Document seen) {
		this.guard.lock();
		try {
			Watched watched = this.watches.get(directory);
			if (watched == null && seen == null) {
				return false;
			}
			if (watched == null && seen != null) {
				watched = new Watched(seen);
				this.watches.put(directory, watched);
			}
			if (watched != null && !this.closed) {
				watched.feeds.add(feed);
			}
			hasten();
			return true;
		}
		finally {
			this.guard.unlock();
		}
	}

	private void leave(Directory directory, ChangeFeed feed) {
		feed.close();
		this.guard.lock();
		try {
			Watched watched = this.watches.get(directory);
			if (watched != null && watched.feeds.remove(feed) && watched.feeds.isEmpty()) {
				this.watches.remove(directory);
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	/** Under the guard. */
	private void hasten() {
		this.pause = SHORTEST;
		if (!this.polling) {
			schedule();
		}
	}

	/** Under the guard. */
	private void schedule() {
		this.cancel.run();
		if (!this.closed && !this.watches.isEmpty()) {
			this.cancel = this.environment.timer()
				.schedule(this.pause, () -> this.environment.callbacks().execute(this::poll));
		}
	}

	private void poll() {
		List<Directory> directories;
		Set<String> sessions = new HashSet<>();
		this.guard.lock();
		try {
			if (this.polling || this.closed || this.watches.isEmpty()) {
				return;
			}
			this.polling = true;
			directories = List.copyOf(this.watches.keySet());
			this.watches.values().forEach((watched) -> sessions.addAll(watched.seen.sessions()));
		}
		finally {
			this.guard.unlock();
		}
		Found found = null;
		try {
			found = read(directories, sessions);
		}
		catch (CoordinationException ex) {
			// told to all watches when it works again
		}
		finally {
			compare(directories, found);
		}
	}

	private Found read(List<Directory> directories, Set<String> sessions) {
		Deadline deadline = Deadline.after(this.environment.clock(), this.callTimeout);
		Found all = new Found(new HashMap<>(), new HashMap<>());
		for (int start = 0; start < directories.size(); start += BATCH) {
			Found found = this.documents.read(directories.subList(start, Math.min(start + BATCH, directories.size())),
					sessions, this.connections, deadline);
			all.documents().putAll(found.documents());
			all.foreign().putAll(found.foreign());
		}
		return all;
	}

	private void compare(List<Directory> directories, @Nullable Found found) {
		List<ChangeFeed> told = new ArrayList<>();
		this.guard.lock();
		try {
			this.polling = false;
			boolean isNews = false;
			if (found != null) {
				for (Directory directory : directories) {
					Watched watched = this.watches.get(directory);
					if (watched != null) {
						Change change = watched.change(found, directory, this.broken);
						if (change != null) {
							isNews = true;
							watched.feeds.forEach((feed) -> feed.append(change));
							told.addAll(watched.feeds);
						}
					}
				}
			}
			this.broken = found == null;
			Duration longer = this.pause.multipliedBy(2);
			this.pause = this.broken ? AFTER_FAILURE
					: isNews ? SHORTEST : (longer.compareTo(LONGEST) < 0) ? longer : LONGEST;
			schedule();
		}
		finally {
			this.guard.unlock();
		}
		told.forEach(ChangeFeed::deliver);
	}

	/** What happened to a document, which may not exist, {@code null} if nothing did. */
	private static @Nullable Change change(Document before, Document now) {
		Map<String, Entry> gone = new HashMap<>();
		before.entries().forEach((entry) -> gone.put(entry.id(), entry));
		String id = "";
		int changes = 0;
		boolean written = false;
		for (Entry entry : now.entries()) {
			Entry known = gone.remove(entry.id());
			if (known == null || known.revision() != entry.revision()
					|| known.createRevision() != entry.createRevision()) {
				changes++;
				id = entry.id();
				written = true;
			}
		}
		for (String each : gone.keySet()) {
			changes++;
			id = each;
		}
		boolean isNew = before.last() == 0;
		long counted = now.last() - (isNew ? now.born() : before.last());
		if (changes == 0 && (counted == 0 || now.last() == 0)) {
			return null;
		}
		boolean isSame = isNew || now.born() == before.born();
		if (changes == 1 && isSame && (counted == 1 || (counted == 0 && !written))) {
			return written ? Change.written(id) : Change.removed(id);
		}
		return Change.UNKNOWN;
	}

	/**
	 * A directory that is watched.
	 */
	private static final class Watched {

		private final List<ChangeFeed> feeds = new ArrayList<>(1);

		/** As it was when it was last understood. */
		private Document seen;

		/** Whether it was not understood at the last poll. */
		private boolean foreign;

		Watched(Document seen) {
			this.seen = seen;
		}

		/**
		 * What has happened to it. What is not understood may have changed in any way:
		 * that is reported when it begins and when it ends.
		 */
		private @Nullable Change change(Found found, Directory directory, boolean doubtful) {
			boolean wasForeign = this.foreign;
			this.foreign = found.foreign().containsKey(directory);
			if (this.foreign) {
				return (wasForeign && !doubtful) ? null : Change.UNKNOWN;
			}
			Document now = found.documents().getOrDefault(directory, Document.after(directory, 0));
			Change change = (wasForeign || doubtful) ? Change.UNKNOWN : MemcachedChanges.change(this.seen, now);
			this.seen = now;
			return change;
		}

	}

}
