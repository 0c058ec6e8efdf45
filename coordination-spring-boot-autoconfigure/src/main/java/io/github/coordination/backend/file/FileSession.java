package io.github.coordination.backend.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.SessionGrant;

/**
 * A session: a file that is locked as long as the process lives, however it ends. Whether
 * the session is over is decided in the stripe in which it writes.
 */
final class FileSession implements BackendSession {

	private final Store store;

	private final Environment environment;

	private final StripeLocks locks;

	private final String id;

	private final Path file;

	private final FileChannel channel;

	private final @Nullable Object key;

	private final SessionGrant grant;

	/** Where it has entries, or is about to, and what identifies those files. */
	private final Map<Directory, Object> directories = new ConcurrentHashMap<>();

	/**
	 * Set before others can find the session dead, which is when it is
	 * {@linkplain #released}.
	 */
	private volatile boolean over;

	private final AtomicBoolean released = new AtomicBoolean();

	private FileSession(Store store, Environment environment, String id, FileChannel channel, @Nullable Object key,
			SessionGrant grant) {
		this.store = store;
		this.environment = environment;
		this.locks = store.locks();
		this.id = id;
		this.file = store.sessions().file(id);
		this.channel = channel;
		this.key = key;
		this.grant = grant;
	}

	static FileSession open(Store store, Environment environment, Duration ttl) {
		SessionGrant grant = new SessionGrant(ttl, null, store.open());
		String id = store.sessions().newId();
		Path draft = store.sessions().draft(id);
		try {
			FileChannel channel = StoreDirectory.createAndOpen(draft);
			try {
				// nobody sees it before it is locked, or it would be taken for dead
				if (channel.tryLock() == null) {
					throw new IOException("the file system refuses to lock " + draft);
				}
				Jvm.addSession(id);
				Files.move(draft, store.sessions().file(id), StandardCopyOption.ATOMIC_MOVE);
				return new FileSession(store, environment, id, channel, StoreDirectory.key(store.sessions().file(id)),
						grant);
			}
			catch (IOException | CoordinationException ex) {
				Jvm.removeSession(id);
				channel.close();
				Files.deleteIfExists(draft);
				throw ex;
			}
		}
		catch (IOException ex) {
			throw StoreDirectory.unavailable(draft, ex);
		}
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public SessionGrant grant() {
		return this.grant;
	}

	@Override
	public boolean isOver() {
		return this.over;
	}

	@Override
	public SessionGrant renew() {
		requireLive();
		try {
			String identity = StoreDirectory.identity(this.store.path());
			boolean inPlace = isInPlace() && StoreDirectory.touch(this.file, this.environment);
			StoreDirectory.touch(StoreDirectory.locks(this.store.path()), this.environment);
			StoreDirectory.touch(StoreDirectory.marker(this.store.path()), this.environment);
			for (Map.Entry<Directory, Object> each : this.directories.entrySet()) {
				inPlace &= isInPlace(each.getKey(), each.getValue());
			}
			if (!inPlace) {
				abandon();
			}
			requireLive();
			return new SessionGrant(this.grant.ttl(), null, identity);
		}
		catch (NoSuchFileException | ConfigurationException ex) {
			abandon();
			throw new SessionLostException("session " + this.id + " is over: the store was removed or replaced", ex);
		}
		catch (IOException ex) {
			throw StoreDirectory.unavailable(this.file, ex);
		}
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, FileBackend.MAX_VALUE_BYTES);
		return visit(key.directory(), (shelf) -> (shelf.find(key.id()) != null) ? Optional.empty()
				: Optional.of(shelf.add(this.id, key.id(), "", value)));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, FileBackend.MAX_VALUE_BYTES);
		return visit(expected.key().directory(), (shelf) -> Optional.ofNullable(shelf.find(expected, this.id))
			.map((found) -> shelf.replace(found, value)));
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		Entry.requireSize(value, FileBackend.MAX_VALUE_BYTES);
		return visit(queue, (shelf) -> {
			List<Ahead> ahead = new ArrayList<>();
			for (Entry entry : shelf.boundEntries()) {
				if (entry.id().equals(attemptId)) {
					return Optional.of(new Placement(entry, List.copyOf(ahead)));
				}
				ahead.add(new Ahead(entry.id(), entry.tag()));
			}
			return (ahead.size() > maxAhead) ? Optional.empty()
					: Optional.of(new Placement(shelf.add(this.id, attemptId, tag, value), List.copyOf(ahead)));
		});
	}

	@Override
	public boolean delete(Entry expected) {
		return visit(expected.key().directory(), (shelf) -> {
			Entry found = shelf.find(expected, this.id);
			if (found != null) {
				shelf.remove(found);
			}
			return found != null;
		});
	}

	@Override
	public List<Entry> entries() {
		requireLive();
		long deadline = this.store.deadline();
		List<Entry> entries = new ArrayList<>();
		for (Directory directory : this.directories.keySet()) {
			entries.addAll(this.store.visit(directory, this, deadline, this::own));
		}
		requireLive();
		return List.copyOf(entries);
	}

	@Override
	public void close() {
		this.over = true;
		if (!this.released.compareAndSet(false, true)) {
			return;
		}
		boolean empty = true;
		long deadline = this.store.deadline();
		for (Directory directory : this.directories.keySet()) {
			try {
				this.store.visit(directory, null, deadline, (shelf) -> {
					own(shelf).forEach(shelf::remove);
					return true;
				});
			}
			catch (CoordinationException ex) {
				// whoever finds the session dead removes them
				empty = false;
			}
		}
		release();
		if (empty) {
			try {
				Files.deleteIfExists(this.file);
			}
			catch (IOException ex) {
				// as above
			}
		}
	}

	/**
	 * Refuse everything from now on. What it holds is let go by {@link #close}, when
	 * holders had time to act.
	 */
	void abandon() {
		this.over = true;
	}

	/** Leave everything to those who find the session dead, at once. */
	void die() {
		this.over = true;
		if (this.released.compareAndSet(false, true)) {
			release();
		}
	}

	boolean isReleased() {
		return this.released.get();
	}

	/** Whether the file by which others judge this session is still there. */
	boolean isInPlace() {
		try {
			return Objects.equals(this.key, StoreDirectory.key(this.file));
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** In a stripe: announce a write, and refuse it if the session is over. */
	void enter(Directory directory) {
		// before the check: what passes it is found by a close that comes after it
		this.directories.putIfAbsent(directory, "");
		requireLive();
	}

	/** In the same stripe. */
	void exit(Directory directory, Shelf shelf) {
		if (shelf.holdsEntriesOf(this.id)) {
			this.directories.put(directory, shelf.key());
		}
		else {
			this.directories.remove(directory);
		}
	}

	private <T> T visit(Directory directory, Function<Shelf, T> work) {
		requireLive();
		return this.store.visit(directory, this, this.store.deadline(), work);
	}

	private List<Entry> own(Shelf shelf) {
		return shelf.boundEntries().stream().filter((entry) -> this.id.equals(entry.sessionId())).toList();
	}

	private void requireLive() {
		if (!this.over && this.store.locks() != this.locks) {
			abandon();
		}
		if (this.over) {
			throw new SessionLostException("session " + this.id + " is over");
		}
	}

	private boolean isInPlace(Directory directory, Object expected) throws IOException {
		Path document = this.store.file(directory);
		boolean inPlace;
		try {
			inPlace = expected.equals("") || (expected.equals(StoreDirectory.key(document))
					&& StoreDirectory.touch(document, this.environment));
		}
		catch (NoSuchFileException ex) {
			inPlace = false;
		}
		// it may have been emptied and tidied away, and created again, since the map was
		// read
		return inPlace || this.directories.get(directory) != expected;
	}

	private void release() {
		Jvm.removeSession(this.id);
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// the lock ends with the process
		}
	}

}
