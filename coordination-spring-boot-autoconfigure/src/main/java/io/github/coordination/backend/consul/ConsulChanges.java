package io.github.coordination.backend.consul;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.MisuseException;
import io.github.coordination.backend.consul.ConsulConnection.View;
import io.github.coordination.backend.consul.Keys.Pair;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * Watches of one backend. One blocking query serves all of them: it reads what their
 * directories have in common, the scope, whenever there is something newer than the last
 * view, and the difference between the two views is reported. While nothing is watched
 * nothing is asked.
 *
 * <p>
 * A change is named only if Consul's index shows that nothing else has happened in the
 * cluster since the last view. What came and went between two views is reported if
 * somebody here was shown it meanwhile. An index that went back, and a query that failed,
 * are reported as {@link Change#UNKNOWN} to all.
 */
final class ConsulChanges {

	private static final Logger LOGGER = System.getLogger(ConsulChanges.class.getName());

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

	/** How long the scope stays wider than it needs to be. */
	private static final Duration WIDE = Duration.ofSeconds(10);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

	private static final int MAX_DOUBLINGS = 5;

	private final ConsulConnection connection;

	private final Keys keys;

	private final Environment environment;

	private final Duration wait;

	private final Duration callTimeout;

	/** Guards all that follows; never held while somebody is asked or told. */
	private final ReentrantLock guard = new ReentrantLock();

	/** By what the keys of the directory begin with. */
	private final Map<String, List<ChangeFeed>> watches = new HashMap<>();

	/** What is read; {@code null} while no query runs. */
	private @Nullable String scope;

	private long index;

	/** What was in the last view. */
	private final Stamps stamps = new Stamps();

	private long widenedAt;

	private int failures;

	/** Queries of an older number are not listened to. */
	private int number;

	private Runnable cancel = () -> {
	};

	private boolean closed;

	ConsulChanges(ConsulConnection connection, Keys keys, BackendConfig config) {
		this.connection = connection;
		this.keys = keys;
		this.environment = config.environment();
		this.callTimeout = config.callTimeout();
		this.wait = (config.ttl().compareTo(LONGEST_WAIT) < 0) ? config.ttl() : LONGEST_WAIT;
	}

	/** Watch a directory from now on. */
	Watch watch(Directory directory, WatchListener listener) {
		String start = this.keys.directory(directory);
		ChangeFeed feed = new ChangeFeed(listener, this.environment.callbacks());
		this.guard.lock();
		try {
			this.watches.computeIfAbsent(start, (key) -> new ArrayList<>(1)).add(feed);
		}
		finally {
			this.guard.unlock();
		}
		try {
			cover(start);
			// what is newer than the last view may go before the next
			shown(directory, this.connection.read(start, true, this.connection.deadline()));
		}
		catch (RuntimeException ex) {
			unwatch(start, feed);
			throw ex;
		}
		return () -> unwatch(start, feed);
	}

	/**
	 * Note what was read of a directory: it may be gone again before the next view. What
	 * an attempt sees ahead of itself needs no note: its own entry is new in that view.
	 */
	void shown(Directory directory, List<Pair> pairs) {
		String start = this.keys.directory(directory);
		List<ChangeFeed> told = new ArrayList<>();
		this.guard.lock();
		try {
			if (this.watches.containsKey(start) && this.scope != null && start.startsWith(this.scope)) {
				for (Pair pair : pairs) {
					// if the last view is newer it was gone by then
					if (!this.stamps.note(pair, this.index)) {
						tell(Set.of(pair.key()), Change.UNKNOWN, told);
					}
				}
			}
		}
		finally {
			this.guard.unlock();
		}
		told.forEach(ChangeFeed::deliver);
	}

	void close() {
		this.guard.lock();
		try {
			this.closed = true;
			this.number++;
			this.cancel.run();
			this.watches.values().forEach((feeds) -> feeds.forEach(ChangeFeed::close));
			this.watches.clear();
		}
		finally {
			this.guard.unlock();
		}
	}

	private void unwatch(String start, ChangeFeed feed) {
		feed.close();
		this.guard.lock();
		try {
			this.watches.computeIfPresent(start, (key, feeds) -> {
				feeds.remove(feed);
				return feeds.isEmpty() ? null : feeds;
			});
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * See to it that the scope has a directory in it. A query that runs reports what is
	 * newer than the last view; otherwise a view is needed to compare with.
	 */
	private void cover(String start) {
		Deadline deadline = this.connection.deadline();
		while (true) {
			String wanted;
			this.guard.lock();
			try {
				if (this.closed) {
					throw new MisuseException("the backend for Consul at " + this.connection + " is closed");
				}
				if (this.scope != null && start.startsWith(this.scope)) {
					return;
				}
				wanted = Keys.common(this.scope, start);
			}
			finally {
				this.guard.unlock();
			}
			View view = this.connection.view(wanted, deadline);
			List<ChangeFeed> told = new ArrayList<>();
			this.guard.lock();
			try {
				// otherwise another has widened it meanwhile, to something else
				if (!this.closed && (this.scope == null || this.scope.startsWith(wanted))) {
					// this view may be older than the last one: nothing in it has a name
					tell(this.stamps.changed(view), Change.UNKNOWN, told);
					this.scope = wanted;
					this.widenedAt = this.environment.clock().nanoTime();
					adopt(view);
					query();
				}
			}
			finally {
				this.guard.unlock();
			}
			told.forEach(ChangeFeed::deliver);
		}
	}

	/** Under the guard: ask for what is newer than the last view. */
	private void query() {
		this.cancel.run();
		int asked = ++this.number;
		CompletableFuture<HttpResponse<String>> sent = poll();
		// the server adds a sixteenth to the wait
		Runnable cancelLimit = this.environment.timer()
			.schedule(this.wait.plus(this.wait.dividedBy(16)).plus(this.callTimeout), () -> sent.cancel(true));
		this.cancel = () -> {
			cancelLimit.run();
			sent.cancel(true);
		};
		sent.whenComplete((response, failure) -> {
			cancelLimit.run();
			handOver(() -> answered(asked, response));
		});
	}

	/** Under the guard. One that cannot be sent counts as one that failed. */
	private CompletableFuture<HttpResponse<String>> poll() {
		try {
			return this.connection.poll(String.valueOf(this.scope), this.index, this.wait);
		}
		catch (RuntimeException | Error ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** Have the next step done, and later if there is no thread for it now. */
	private void handOver(Runnable step) {
		try {
			this.environment.callbacks().execute(step);
		}
		catch (OutOfMemoryError ex) {
			this.environment.timer().schedule(FIRST_PAUSE, () -> handOver(step));
		}
		catch (RejectedExecutionException ex) {
			// nobody is left to be told
		}
	}

	/** The view in the answer, {@code null} if there is none. */
	private @Nullable View view(@Nullable HttpResponse<String> response) {
		try {
			return (response != null) ? this.connection.view(response) : null;
		}
		catch (RuntimeException | Error ex) {
			return null;
		}
	}

	/** Whatever goes wrong here, another query follows: there is nobody else to ask. */
	private void answered(int asked, @Nullable HttpResponse<String> response) {
		View view = view(response);
		List<ChangeFeed> told = new ArrayList<>();
		this.guard.lock();
		try {
			if (asked != this.number) {
				return;
			}
			if (this.watches.isEmpty()) {
				this.scope = null;
				this.index = 0;
				this.stamps.clear();
				this.failures = 0;
			}
			else if (view == null || view.index() < 1) {
				retry();
			}
			else {
				compare(view, told);
			}
		}
		catch (RuntimeException | Error ex) {
			LOGGER.log(Level.ERROR, "An answer of Consul's could not be handled", ex);
			retry();
		}
		finally {
			this.guard.unlock();
		}
		told.forEach(ChangeFeed::deliver);
	}

	/** Under the guard: ask anew after a failure, and not for news alone. */
	private void retry() {
		this.cancel.run();
		this.failures++;
		this.index = 0;
		pause(FIRST_PAUSE.multipliedBy(1L << Math.min(this.failures, MAX_DOUBLINGS)));
	}

	/** Under the guard: report what is new, and ask again. */
	private void compare(View view, List<ChangeFeed> told) {
		Set<String> changed = this.stamps.changed(view);
		boolean isNext = view.index() == this.index + 1;
		boolean isDoubtful = this.failures > 0 || view.index() < this.index;
		if (isDoubtful) {
			tell(this.watches.keySet(), Change.UNKNOWN, told);
		}
		else if (isNext && changed.size() == 1) {
			String key = changed.iterator().next();
			tell(changed, this.stamps.named(key, view), told);
		}
		else {
			tell(changed, Change.UNKNOWN, told);
		}
		// the index of a view without pairs grows with every write anywhere
		boolean isNews = view.index() > this.index && !(changed.isEmpty() && view.pairs().isEmpty());
		this.failures = 0;
		adopt(view);
		narrow();
		if (isNews) {
			query();
		}
		else {
			// a server that answers without news must not be asked at once
			pause(FIRST_PAUSE);
		}
	}

	/** Under the guard. */
	private void adopt(View view) {
		// an index that went back may not be waited for; see Consul's blocking queries
		this.index = (view.index() < this.index) ? 0 : view.index();
		this.stamps.adopt(view);
	}

	/** Under the guard: go back to what the watches have in common, after a while. */
	private void narrow() {
		if (this.environment.clock().nanoTime() - this.widenedAt > WIDE.toNanos()) {
			String needed = null;
			for (String start : this.watches.keySet()) {
				needed = Keys.common(needed, start);
			}
			String narrow = needed;
			if (narrow != null && !narrow.equals(this.scope)) {
				this.scope = narrow;
				this.stamps.narrow(narrow);
			}
		}
	}

	/** Under the guard: ask later. */
	private void pause(Duration time) {
		int asked = ++this.number;
		long nanos = time.toNanos();
		Duration jittered = Duration.ofNanos(this.environment.random().nextLong(nanos / 2, nanos + 1));
		this.cancel = this.environment.timer().schedule(jittered, () -> handOver(() -> resume(asked)));
	}

	private void resume(int asked) {
		this.guard.lock();
		try {
			if (asked == this.number) {
				query();
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	/** Under the guard: tell the watches of these keys' directories, each once. */
	private void tell(Set<String> keys, Change change, List<ChangeFeed> told) {
		Set<String> starts = new HashSet<>();
		keys.forEach((key) -> starts.add(Keys.directoryOf(key)));
		for (String start : starts) {
			for (ChangeFeed feed : this.watches.getOrDefault(start, List.of())) {
				feed.append(change);
				told.add(feed);
			}
		}
	}

}
