package io.github.coordination.backend.file;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.backend.file.DocumentCodec.Content;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.support.NameEncoder;

/**
 * A namespace's directory as one backend sees it: {@code format} is its marker,
 * {@code locks} its stripes, {@code sessions} the sessions, and {@code kind.name} and
 * {@code kind.name.p} the documents of a directory's bound and persistent entries.
 */
final class Store {

	/** What the file of persistent entries has behind its name. */
	static final String DURABLE = ".p";

	private static final NameEncoder NAMES = new NameEncoder(120, false);

	private static final int MAX_OPEN = 256;

	private static final long IDLE_MICROS = 600_000_000;

	private final List<Path> roots;

	private final Path path;

	private final String namespace;

	private final Duration callTimeout;

	private final Environment environment;

	private final Sessions sessions;

	private final ReentrantLock opening = new ReentrantLock();

	private volatile @Nullable StripeLocks locks;

	private volatile long verifiedAt;

	private volatile boolean closed;

	private final ReentrantLock caching = new ReentrantLock();

	/** Open documents, the least recently used first. */
	private final Map<Directory, Shelf> shelves = new LinkedHashMap<>(16, 0.75f, true);

	/**
	 * A store.
	 * @param roots the directories it lies in, each in the one before, that must be ours
	 * alone
	 */
	Store(List<Path> roots, String namespace, Duration callTimeout, Environment environment) {
		this.roots = List.copyOf(roots);
		this.path = roots.get(roots.size() - 1).resolve(NAMES.encode(namespace));
		this.namespace = namespace;
		this.callTimeout = callTimeout;
		this.environment = environment;
		this.sessions = new Sessions(StoreDirectory.sessions(this.path), environment);
	}

	Path path() {
		return this.path;
	}

	Sessions sessions() {
		return this.sessions;
	}

	/** The document of a directory's bound entries. */
	Path file(Directory directory) {
		if (!directory.namespace().equals(this.namespace)) {
			throw new IllegalArgumentException(
					"the directory " + directory + " is not of the namespace '" + this.namespace + "'");
		}
		return this.path.resolve(NAMES.encode(directory.kind()) + "." + NAMES.encode(directory.name()));
	}

	long deadline() {
		return this.environment.clock().nanoTime() + this.callTimeout.toNanos();
	}

	/**
	 * Create what is missing, and check that it can be trusted.
	 * @return the store's identity
	 */
	String open() {
		this.opening.lock();
		try {
			if (this.closed) {
				throw new BackendUnavailableException("the backend for " + this.path + " is closed");
			}
			for (Path root : this.roots) {
				StoreDirectory.secure(root);
			}
			String identity = StoreDirectory.open(this.path, this.environment);
			StripeLocks current = this.locks;
			if (current == null || !current.isInPlace()) {
				this.locks = StripeLocks.open(StoreDirectory.locks(this.path), this.environment.clock());
				takeShelves();
			}
			this.verifiedAt = this.environment.clock().nanoTime();
			return identity;
		}
		catch (IOException ex) {
			throw StoreDirectory.unavailable(this.path, ex);
		}
		finally {
			this.opening.unlock();
		}
	}

	/** The stripes all processes use now; sessions opened with others are over. */
	StripeLocks locks() {
		StripeLocks current = this.locks;
		long now = this.environment.clock().nanoTime();
		if (current != null && !this.closed) {
			if (now - this.verifiedAt < Sessions.INTERVAL.toNanos()) {
				return current;
			}
			if (current.isInPlace()) {
				this.verifiedAt = now;
				return current;
			}
		}
		open();
		return Objects.requireNonNull(this.locks);
	}

	<T> T visit(Directory directory, Function<Shelf, T> work) {
		return visit(directory, null, deadline(), work);
	}

	/**
	 * Read a directory, and change it in one step.
	 * @param session the session that must live if it is to be changed
	 * @param deadline when to give up
	 * @param work what to do, without waiting
	 */
	<T> T visit(Directory directory, @Nullable FileSession session, long deadline, Function<Shelf, T> work) {
		StripeLocks stripes = locks();
		Shelf shelf = shelf(directory, stripes);
		Change change;
		long before;
		long after;
		T result;
		FileLock lock = stripes.enter(shelf.stripe(), deadline);
		try {
			shelf.begin(stripes);
			if (session != null) {
				session.enter(directory);
			}
			shelf.dropDead(this.sessions::isAlive);
			result = work.apply(shelf);
			commit(shelf);
			if (session != null) {
				session.exit(directory, shelf);
			}
			change = shelf.change();
			before = shelf.before();
			after = shelf.after();
		}
		catch (IOException ex) {
			throw StoreDirectory.unavailable(shelf.file(), ex);
		}
		finally {
			stripes.exit(shelf.stripe(), lock);
		}
		if (change != null) {
			FileWatch.report(shelf.file(), before, after, change);
		}
		return result;
	}

	/** Remove what dead sessions left. */
	void sweep() throws IOException {
		locks();
		Set<String> dead = this.sessions.dead();
		if (dead.isEmpty()) {
			return;
		}
		boolean complete = true;
		long deadline = this.environment.clock().nanoTime() + Sessions.INTERVAL.toNanos();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.path, "*.*")) {
			for (Path file : files) {
				if (file.toString().endsWith(DURABLE)) {
					continue;
				}
				Content content = DocumentReader.peek(file);
				if (content == null) {
					complete &= !DocumentReader.hasContent(file);
				}
				else if (file(content.directory()).equals(file)) {
					complete &= sweep(content, dead, deadline);
				}
			}
		}
		if (complete) {
			for (String id : dead) {
				Files.deleteIfExists(this.sessions.file(id));
			}
		}
	}

	void close() {
		this.closed = true;
		StripeLocks stripes = this.locks;
		List<Shelf> open = takeShelves();
		if (stripes != null) {
			open.forEach((shelf) -> retire(shelf, stripes));
		}
	}

	private boolean sweep(Content content, Set<String> dead, long deadline) {
		try {
			if (content.entries().stream().anyMatch((entry) -> dead.contains(entry.sessionId()))) {
				visit(content.directory(), null, deadline, Shelf::entries);
			}
			else if (content.isEmpty()) {
				tidy(content.directory());
			}
			return true;
		}
		catch (CoordinationException ex) {
			return false;
		}
	}

	/** Remove the documents of a directory that was empty for long. */
	private void tidy(Directory directory) {
		long age = this.environment.clock().currentTimeMillis() * 1000 - DocumentReader.stamp(file(directory));
		if (age > IDLE_MICROS) {
			retire(new Shelf(directory, file(directory), this.environment), locks());
		}
	}

	private void commit(Shelf shelf) {
		try {
			shelf.commit();
		}
		catch (BackendUnavailableException ex) {
			// the dead can be dropped again; what was read is right without writing that
			// down
			if (shelf.isChangedByWork()) {
				throw ex;
			}
		}
	}

	private Shelf shelf(Directory directory, StripeLocks stripes) {
		Shelf evicted = null;
		this.caching.lock();
		try {
			Shelf shelf = this.shelves.get(directory);
			if (shelf != null) {
				return shelf;
			}
			shelf = new Shelf(directory, file(directory), this.environment);
			this.shelves.put(directory, shelf);
			if (this.shelves.size() > MAX_OPEN) {
				evicted = this.shelves.remove(this.shelves.keySet().iterator().next());
			}
			return shelf;
		}
		finally {
			this.caching.unlock();
			if (evicted != null) {
				retire(evicted, stripes);
			}
		}
	}

	private List<Shelf> takeShelves() {
		this.caching.lock();
		try {
			List<Shelf> open = new ArrayList<>(this.shelves.values());
			this.shelves.clear();
			return open;
		}
		finally {
			this.caching.unlock();
		}
	}

	/**
	 * Close documents, unless somebody is busy in their stripe: then the collector will.
	 */
	private void retire(Shelf shelf, StripeLocks stripes) {
		FileLock lock = stripes.tryEnter(shelf.stripe());
		if (lock != null) {
			try {
				shelf.retire(stripes);
			}
			catch (IOException | CoordinationException ex) {
				// it stays where it is, to be read by whoever needs it
			}
			finally {
				stripes.exit(shelf.stripe(), lock);
			}
		}
	}

}
