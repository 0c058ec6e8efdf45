package io.github.coordination.backend.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * The entries of one name in this process. One lock guards everything and is never held
 * while a listener runs or is handed to its executor.
 */
final class LocalStore {

	private static final Map<String, LocalStore> STORES = new ConcurrentHashMap<>();

	/** Outlives the stores, so that a name's tokens grow even when its store was gone. */
	private static final AtomicLong LAST_REVISION = new AtomicLong();

	private final String name;

	private final String identity = Long.toString(LAST_REVISION.incrementAndGet());

	private final ReentrantLock guard = new ReentrantLock();

	/** Entries by creation; a directory is short, and exists while it has an entry. */
	private final Map<Directory, List<Entry>> directories = new HashMap<>();

	/** Sessions that end when they are not renewed. */
	private final Set<LocalSession> expiring = ConcurrentHashMap.newKeySet();

	private final Map<Directory, List<LocalWatch>> watches = new ConcurrentHashMap<>();

	/** Watches that have something to tell, once for each change. */
	private final Queue<LocalWatch> unreported = new ConcurrentLinkedQueue<>();

	/** Backends that use this store; guarded by the registry's entry for the name. */
	private int users;

	private LocalStore(String name) {
		this.name = name;
	}

	/** Find or make the store of a name, and count one more user of it. */
	static LocalStore named(String name) {
		return STORES.compute(name, (key, found) -> {
			LocalStore store = (found != null) ? found : new LocalStore(key);
			store.users++;
			return store;
		});
	}

	void leave() {
		STORES.computeIfPresent(this.name, (key, store) -> (--store.users == 0) ? null : store);
	}

	String identity() {
		return this.identity;
	}

	void open(LocalSession session) {
		this.guard.lock();
		try {
			if (session.expires()) {
				this.expiring.add(session);
			}
			session.touch();
		}
		finally {
			this.guard.unlock();
		}
	}

	void renew(LocalSession session) {
		this.guard.lock();
		try {
			session.requireLive();
			session.touch();
		}
		finally {
			this.guard.unlock();
		}
	}

	Optional<Entry> get(EntryKey key) {
		expire();
		this.guard.lock();
		try {
			return Optional.ofNullable(find(key));
		}
		finally {
			this.guard.unlock();
		}
	}

	List<Entry> list(Directory directory) {
		expire();
		this.guard.lock();
		try {
			return List.copyOf(in(directory));
		}
		finally {
			this.guard.unlock();
		}
	}

	List<Entry> entries(LocalSession session) {
		this.guard.lock();
		try {
			session.requireLive();
			List<Entry> bound = new ArrayList<>();
			for (List<Entry> entries : this.directories.values()) {
				for (Entry entry : entries) {
					if (session.id().equals(entry.sessionId())) {
						bound.add(entry);
					}
				}
			}
			return bound;
		}
		finally {
			this.guard.unlock();
		}
	}

	Optional<Entry> create(@Nullable LocalSession session, EntryKey key, byte[] value, Clock clock) {
		expire();
		Entry entry;
		this.guard.lock();
		try {
			requireLive(session);
			if (find(key) != null) {
				return Optional.empty();
			}
			entry = add(session, key, "", value, clock);
			note(Change.Kind.WRITTEN, key);
		}
		finally {
			this.guard.unlock();
		}
		report();
		return Optional.of(entry);
	}

	Optional<Entry> replace(@Nullable LocalSession session, Entry expected, byte[] value, Clock clock) {
		Entry changed;
		this.guard.lock();
		try {
			requireLive(session);
			Entry found = find(expected.key());
			if (found == null || found.revision() != expected.revision()) {
				return Optional.empty();
			}
			changed = new Entry(found.key(), found.tag(), value, found.createRevision(), nextRevision(clock),
					found.sessionId());
			List<Entry> entries = in(found.key().directory());
			entries.set(entries.indexOf(found), changed);
			note(Change.Kind.WRITTEN, expected.key());
		}
		finally {
			this.guard.unlock();
		}
		report();
		return Optional.of(changed);
	}

	boolean delete(@Nullable LocalSession session, Entry expected) {
		this.guard.lock();
		try {
			requireLive(session);
			Entry found = find(expected.key());
			if (found == null || found.revision() != expected.revision()) {
				return false;
			}
			remove(found);
			note(Change.Kind.REMOVED, expected.key());
		}
		finally {
			this.guard.unlock();
		}
		report();
		return true;
	}

	Optional<Placement> enqueue(LocalSession session, Directory queue, String attemptId, String tag, byte[] value,
			int maxAhead, Clock clock) {
		expire();
		Placement placement;
		this.guard.lock();
		try {
			session.requireLive();
			EntryKey key = queue.entry(attemptId);
			Entry mine = find(key);
			List<Ahead> ahead = ahead(in(queue), attemptId);
			if (mine != null) {
				return Optional.of(new Placement(mine, ahead));
			}
			if (ahead.size() > maxAhead) {
				return Optional.empty();
			}
			placement = new Placement(add(session, key, tag, value, clock), ahead);
			note(Change.Kind.WRITTEN, key);
		}
		finally {
			this.guard.unlock();
		}
		report();
		return Optional.of(placement);
	}

	/** End a session; its entries go. */
	void end(LocalSession session) {
		this.guard.lock();
		try {
			if (session.markEnded()) {
				this.expiring.remove(session);
				removeEntries(session.id());
			}
		}
		finally {
			this.guard.unlock();
		}
		report();
	}

	/** End the sessions that were not renewed in time. */
	void expire() {
		for (LocalSession session : this.expiring) {
			if (isOverdue(session)) {
				end(session);
			}
		}
	}

	private boolean isOverdue(LocalSession session) {
		this.guard.lock();
		try {
			return session.isOverdue();
		}
		finally {
			this.guard.unlock();
		}
	}

	Watch watch(Directory directory, WatchListener listener, Executor executor) {
		LocalWatch watch = new LocalWatch(this, directory, listener, executor);
		this.watches.compute(directory, (key, found) -> {
			List<LocalWatch> list = (found != null) ? found : new CopyOnWriteArrayList<>();
			list.add(watch);
			return list;
		});
		return watch;
	}

	void unwatch(LocalWatch watch) {
		this.watches.computeIfPresent(watch.directory(), (key, list) -> {
			list.remove(watch);
			return list.isEmpty() ? null : list;
		});
	}

	/** Under the lock: changes are told in the order in which they are made. */
	private void note(Change.Kind kind, EntryKey key) {
		List<LocalWatch> interested = this.watches.get(key.directory());
		if (interested != null) {
			Change change = new Change(kind, key.id());
			for (LocalWatch watch : interested) {
				watch.add(change);
				this.unreported.add(watch);
			}
		}
	}

	/** Tell what was noted, here or by another thread. */
	private void report() {
		for (LocalWatch watch = this.unreported.poll(); watch != null; watch = this.unreported.poll()) {
			watch.report();
		}
	}

	private static void requireLive(@Nullable LocalSession session) {
		if (session != null) {
			session.requireLive();
		}
	}

	private List<Entry> in(Directory directory) {
		return this.directories.getOrDefault(directory, List.of());
	}

	private @Nullable Entry find(EntryKey key) {
		for (Entry entry : in(key.directory())) {
			if (entry.id().equals(key.id())) {
				return entry;
			}
		}
		return null;
	}

	private Entry add(@Nullable LocalSession session, EntryKey key, String tag, byte[] value, Clock clock) {
		long revision = nextRevision(clock);
		Entry entry = new Entry(key, tag, value, revision, revision, (session != null) ? session.id() : null);
		this.directories.computeIfAbsent(key.directory(), (directory) -> new ArrayList<>(1)).add(entry);
		return entry;
	}

	private void remove(Entry entry) {
		List<Entry> entries = in(entry.key().directory());
		if (entries.size() == 1) {
			this.directories.remove(entry.key().directory());
		}
		else {
			entries.remove(entry);
		}
	}

	private void removeEntries(String sessionId) {
		for (Iterator<List<Entry>> all = this.directories.values().iterator(); all.hasNext();) {
			List<Entry> entries = all.next();
			entries.removeIf((entry) -> {
				boolean bound = sessionId.equals(entry.sessionId());
				if (bound) {
					note(Change.Kind.REMOVED, entry.key());
				}
				return bound;
			});
			if (entries.isEmpty()) {
				all.remove();
			}
		}
	}

	private static List<Ahead> ahead(List<Entry> entries, String attemptId) {
		if (entries.isEmpty()) {
			return List.of();
		}
		List<Ahead> ahead = new ArrayList<>(entries.size());
		for (Entry entry : entries) {
			if (entry.id().equals(attemptId)) {
				break;
			}
			ahead.add(new Ahead(entry.id(), entry.tag()));
		}
		return ahead;
	}

	private static long nextRevision(Clock clock) {
		long micros = clock.currentTimeMillis() * 1000;
		while (true) {
			long last = LAST_REVISION.get();
			long next = Math.max(last + 1, micros);
			if (LAST_REVISION.compareAndSet(last, next)) {
				return next;
			}
		}
	}

}
