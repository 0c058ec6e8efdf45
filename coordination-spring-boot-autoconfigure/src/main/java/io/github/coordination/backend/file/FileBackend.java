package io.github.coordination.backend.file;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * {@link CoordinationBackend} in a directory of this machine.
 * <table>
 * <caption>How it maps</caption>
 * <tr>
 * <td>session</td>
 * <td>a file that its process keeps locked: it ends with the process, at once, and lasts
 * while the process is merely stopped</td>
 * </tr>
 * <tr>
 * <td>entries of a directory</td>
 * <td>one document for those bound to sessions, and one, forced to the disk, for the
 * persistent</td>
 * </tr>
 * <tr>
 * <td>revision</td>
 * <td>generation of the document: the last one plus one, or the microseconds of the wall
 * clock if they are more</td>
 * </tr>
 * <tr>
 * <td>watch</td>
 * <td>the operating system's notifications, and a look every quarter of a second, at the
 * other processes' sessions too</td>
 * </tr>
 * </table>
 * It promises nothing on a file system of another machine, and says so. Written for
 * Windows too, but not tested there.
 */
public final class FileBackend implements CoordinationBackend {

	static final int MAX_VALUE_BYTES = 1 << 16;

	private static final System.Logger LOGGER = System.getLogger(FileBackend.class.getName());

	private final Store store;

	private final Environment environment;

	private final Guarantees guarantees;

	private final Set<FileSession> sessions = ConcurrentHashMap.newKeySet();

	private final Set<FileWatch> watches = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean started = new AtomicBoolean();

	private final AtomicBoolean closed = new AtomicBoolean();

	private final ReentrantLock registering = new ReentrantLock();

	private @Nullable WatchService service;

	private @Nullable WatchKey registered;

	FileBackend(List<Path> roots, BackendConfig config) {
		this.environment = config.environment();
		this.store = new Store(roots, config.namespace(), config.callTimeout(), this.environment);
		this.guarantees = guarantees(StoreDirectory.isRemote(roots.get(roots.size() - 1)));
	}

	@Override
	public Guarantees guarantees() {
		return this.guarantees;
	}

	@Override
	public BackendSession open(Duration ttl) {
		FileSession session = FileSession.open(this.store, this.environment, ttl);
		this.sessions.removeIf(FileSession::isReleased);
		this.sessions.add(session);
		start();
		if (this.closed.get()) {
			session.die();
		}
		return session;
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		return this.store.visit(key.directory(), (shelf) -> Optional.ofNullable(shelf.find(key.id())));
	}

	@Override
	public List<Entry> list(Directory directory) {
		return this.store.visit(directory, Shelf::entries);
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		return this.store.visit(key.directory(), (shelf) -> (shelf.find(key.id()) != null) ? Optional.empty()
				: Optional.of(shelf.add(null, key.id(), "", value)));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		return this.store.visit(expected.key().directory(),
				(shelf) -> Optional.ofNullable(shelf.find(expected, null)).map((found) -> shelf.replace(found, value)));
	}

	@Override
	public boolean delete(Entry expected) {
		return this.store.visit(expected.key().directory(), (shelf) -> {
			Entry found = shelf.find(expected, expected.sessionId());
			if (found != null) {
				shelf.remove(found);
			}
			return found != null;
		});
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		this.store.locks();
		FileWatch watch = new FileWatch(this.store.file(directory), listener, this.environment.callbacks(),
				this.watches::remove);
		register();
		this.watches.add(watch);
		watch.begin();
		start();
		if (this.closed.get()) {
			watch.close();
		}
		return watch;
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.watches.forEach(FileWatch::close);
			this.sessions.forEach(FileSession::die);
			this.store.close();
			this.registering.lock();
			try {
				if (this.service != null) {
					this.service.close();
				}
			}
			catch (IOException ex) {
				LOGGER.log(Level.DEBUG, "cannot end the notifications for " + this.store.path(), ex);
			}
			finally {
				this.registering.unlock();
			}
		}
	}

	Store store() {
		return this.store;
	}

	private void start() {
		if (this.started.compareAndSet(false, true)) {
			schedule();
		}
	}

	private void schedule() {
		if (!this.closed.get()) {
			this.environment.timer()
				.schedule(Sessions.INTERVAL, () -> this.environment.callbacks().execute(this::lookAround));
		}
	}

	/**
	 * See whether own session files are in place, others died, and watched documents
	 * changed.
	 */
	private void lookAround() {
		try {
			this.sessions.removeIf(FileSession::isReleased);
			for (FileSession session : this.sessions) {
				if (!session.isOver() && !session.isInPlace()) {
					LOGGER.log(Level.WARNING, "the file of session {0} is gone from {1}", session.id(),
							this.store.path());
					session.abandon();
				}
			}
			this.store.sweep();
			if (!this.watches.isEmpty()) {
				register();
				this.watches.forEach(FileWatch::check);
			}
		}
		catch (IOException | RuntimeException ex) {
			if (!this.closed.get()) {
				LOGGER.log(Level.DEBUG, "cannot look after " + this.store.path(), ex);
			}
		}
		finally {
			schedule();
		}
	}

	/** Ask the operating system for notifications; without them there is the look. */
	private void register() {
		this.registering.lock();
		try {
			if (this.closed.get() || (this.registered != null && this.registered.isValid())) {
				return;
			}
			WatchService open = this.service;
			if (open == null) {
				open = FileSystems.getDefault().newWatchService();
				this.service = open;
				WatchService created = open;
				this.environment.callbacks().execute(() -> take(created));
			}
			this.registered = this.store.path()
				.register(open, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
						StandardWatchEventKinds.ENTRY_DELETE);
		}
		catch (IOException | ClosedWatchServiceException ex) {
			LOGGER.log(Level.DEBUG, "no notifications for " + this.store.path(), ex);
		}
		finally {
			this.registering.unlock();
		}
	}

	private void take(WatchService notifications) {
		try {
			while (!this.closed.get()) {
				WatchKey key = notifications.take();
				for (WatchEvent<?> event : key.pollEvents()) {
					notified(event);
				}
				key.reset();
			}
		}
		catch (ClosedWatchServiceException ex) {
			// the backend was closed
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void notified(WatchEvent<?> event) {
		if (event.context() instanceof Path name) {
			String file = name.toString();
			String document = file.endsWith(Store.DURABLE) ? file.substring(0, file.length() - Store.DURABLE.length())
					: file;
			FileWatch.check(this.store.path().resolve(document));
		}
		else {
			// some were dropped
			this.watches.forEach(FileWatch::check);
		}
	}

	private static Guarantees guarantees(boolean remote) {
		Set<Characteristic> characteristics = EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS,
				Characteristic.DISTRIBUTED_ACROSS_PROCESSES, Characteristic.NON_TIMEOUT_BASED);
		if (!remote) {
			characteristics.addAll(EnumSet.of(Characteristic.LINEARIZABLE, Characteristic.SEQUENTIAL,
					Characteristic.CAUSAL, Characteristic.SERIALIZABLE));
		}
		return new Guarantees(remote ? Guarantees.Level.BEST_EFFORT : Guarantees.Level.SINGLE, characteristics,
				Sessions.INTERVAL.multipliedBy(2), Guarantees.WatchKind.PUSH_AND_POLL,
				Guarantees.TokenDurability.COUNTER_OR_CLOCK, Directory.MAX_NAME_BYTES, MAX_VALUE_BYTES);
	}

}
