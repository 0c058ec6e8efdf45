package io.github.coordination.backend.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.coordination.backend.file.DocumentCodec.Content;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;

/**
 * A directory's two documents, and what one visit changes in them. Needs their stripe.
 * All changes of a visit have one revision, which is the generation of what is written.
 */
final class Shelf {

	private final Directory directory;

	private final int stripe;

	private final Document bound;

	private final Document durable;

	private final Environment environment;

	private long verifiedAt;

	private long before;

	private long floor;

	private long revision;

	private List<Entry> boundEntries = List.of();

	private List<Entry> durableEntries = List.of();

	private @Nullable Change change;

	private boolean changedByWork;

	Shelf(Directory directory, Path file, Environment environment) {
		this.directory = directory;
		this.stripe = StripeLocks.stripe(file.getFileName().toString());
		this.bound = new Document(file, directory, false);
		this.durable = new Document(durable(file), directory, true);
		this.environment = environment;
		this.verifiedAt = environment.clock().nanoTime() - Sessions.INTERVAL.toNanos();
	}

	static Path durable(Path file) {
		return file.resolveSibling(file.getFileName() + Store.DURABLE);
	}

	int stripe() {
		return this.stripe;
	}

	Path file() {
		return this.bound.path();
	}

	/** Identifies the file of session-bound entries. */
	Object key() {
		Object key = this.bound.key();
		return (key != null) ? key : "";
	}

	/** Begin a visit: read what others wrote. */
	void begin(StripeLocks locks) throws IOException {
		long now = this.environment.clock().nanoTime();
		boolean verify = now - this.verifiedAt >= Sessions.INTERVAL.toNanos();
		this.bound.load(verify);
		if (verify || this.bound.content().hasDurable() || this.durable.isOpen()) {
			this.durable.load(verify);
		}
		if (verify) {
			this.verifiedAt = now;
		}
		this.before = Math.max(this.bound.generation(), this.durable.generation());
		// a file that was created and never written says nothing either
		this.floor = (this.bound.generation() > 0) ? 0 : locks.floor(this.stripe);
		this.revision = 0;
		this.boundEntries = this.bound.content().entries();
		this.durableEntries = this.durable.content().entries();
		this.change = null;
		this.changedByWork = false;
	}

	/** Drop the entries of sessions that are over. */
	void dropDead(Predicate<String> isAlive) {
		for (Entry entry : this.bound.content().entries()) {
			String session = entry.sessionId();
			if (session != null && !isAlive.test(session)) {
				remove(entry);
			}
		}
		this.changedByWork = false;
	}

	/** Write what was changed. */
	void commit() {
		Content old = this.bound.content();
		boolean durableChanged = this.durableEntries != this.durable.content().entries();
		boolean announce = durableChanged && !old.hasDurable();
		if (announce || this.boundEntries != old.entries()) {
			this.bound.write(this.revision, new Content(this.directory, old.hasDurable() || durableChanged,
					List.copyOf(this.boundEntries), old.foreign()));
		}
		if (durableChanged) {
			this.durable.write(this.revision, new Content(this.directory, false, List.copyOf(this.durableEntries),
					this.durable.content().foreign()));
		}
	}

	/** Whether the visit was to change something, beyond dropping what is dead. */
	boolean isChangedByWork() {
		return this.changedByWork;
	}

	/** What the visit changed, {@code null} if nothing. */
	@Nullable Change change() {
		return this.change;
	}

	long before() {
		return this.before;
	}

	long after() {
		return this.revision;
	}

	List<Entry> boundEntries() {
		return this.boundEntries;
	}

	List<Entry> entries() {
		if (this.durableEntries.isEmpty()) {
			return List.copyOf(this.boundEntries);
		}
		List<Entry> all = new ArrayList<>(this.durableEntries);
		all.addAll(this.boundEntries);
		all.sort(Entry.OLDEST_FIRST);
		return List.copyOf(all);
	}

	@Nullable Entry find(String id) {
		Entry found = find(this.boundEntries, id);
		return (found != null) ? found : find(this.durableEntries, id);
	}

	/**
	 * Find an entry of a session, or a persistent one, that nobody changed since it was
	 * read.
	 */
	@Nullable Entry find(Entry expected, @Nullable String session) {
		Entry found = find(expected.id());
		return (found != null && found.revision() == expected.revision() && Objects.equals(found.sessionId(), session))
				? found : null;
	}

	Entry add(@Nullable String session, String id, String tag, byte[] value) {
		Entry entry = new Entry(new EntryKey(this.directory, id), tag, value, revision(), revision(), session);
		edit(session).add(entry);
		changed(Change.written(id));
		return entry;
	}

	Entry replace(Entry found, byte[] value) {
		Entry entry = new Entry(found.key(), found.tag(), value, found.createRevision(), revision(), found.sessionId());
		List<Entry> entries = edit(found.sessionId());
		entries.set(entries.indexOf(found), entry);
		changed(Change.written(found.id()));
		return entry;
	}

	void remove(Entry found) {
		revision();
		edit(found.sessionId()).remove(found);
		changed(Change.removed(found.id()));
	}

	boolean holdsEntriesOf(String session) {
		for (Entry entry : this.boundEntries) {
			if (session.equals(entry.sessionId())) {
				return true;
			}
		}
		return false;
	}

	/** End the use of the documents, and remove them if they are empty. */
	void retire(StripeLocks locks) throws IOException {
		try {
			begin(locks);
			if (this.bound.isOpen() && this.bound.content().isEmpty() && this.durable.content().isEmpty()) {
				locks.raiseFloor(this.stripe, this.before + 1);
				this.durable.retire(this.before + 1);
				this.bound.retire(this.before + 1);
			}
		}
		finally {
			this.bound.close();
			this.durable.close();
		}
	}

	private long revision() {
		if (this.revision == 0) {
			long micros = this.environment.clock().currentTimeMillis() * 1000;
			this.revision = Math.max(Math.max(this.before, this.floor) + 1, micros);
		}
		return this.revision;
	}

	private List<Entry> edit(@Nullable String session) {
		if (session == null) {
			if (this.durableEntries == this.durable.content().entries()) {
				this.durableEntries = new ArrayList<>(this.durableEntries);
			}
			return this.durableEntries;
		}
		if (this.boundEntries == this.bound.content().entries()) {
			this.boundEntries = new ArrayList<>(this.boundEntries);
		}
		return this.boundEntries;
	}

	private void changed(Change next) {
		this.change = (this.change == null) ? next : Change.UNKNOWN;
		this.changedByWork = true;
	}

	private static @Nullable Entry find(List<Entry> entries, String id) {
		for (Entry entry : entries) {
			if (entry.id().equals(id)) {
				return entry;
			}
		}
		return null;
	}

}
