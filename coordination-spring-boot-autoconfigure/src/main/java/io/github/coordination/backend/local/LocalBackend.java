package io.github.coordination.backend.local;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * {@link CoordinationBackend} within one process. A store is an object found by its name,
 * shared by all backends of that name and gone with the last of them. A session is an
 * object too; it ends when it is closed, or, if the store is to behave like a server,
 * when it is not renewed within its ttl. Revisions come from one counter.
 */
public final class LocalBackend implements CoordinationBackend {

	private static final Guarantees GUARANTEES = new Guarantees(Guarantees.Level.LOCAL,
			EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS, Characteristic.NON_TIMEOUT_BASED,
					Characteristic.LINEARIZABLE, Characteristic.SEQUENTIAL, Characteristic.CAUSAL,
					Characteristic.SERIALIZABLE),
			Duration.ZERO, Guarantees.WatchKind.PUSH, Guarantees.TokenDurability.COUNTER_OR_CLOCK,
			Directory.MAX_NAME_BYTES, Integer.MAX_VALUE);

	private final LocalStore store;

	private final boolean expire;

	private final Environment environment;

	private final AtomicBoolean closed = new AtomicBoolean();

	LocalBackend(LocalStore store, boolean expire, Environment environment) {
		this.store = store;
		this.expire = expire;
		this.environment = environment;
	}

	@Override
	public Guarantees guarantees() {
		if (!this.expire) {
			return GUARANTEES;
		}
		Set<Characteristic> characteristics = EnumSet.copyOf(GUARANTEES.characteristics());
		characteristics.remove(Characteristic.NON_TIMEOUT_BASED);
		return new Guarantees(GUARANTEES.level(), characteristics, GUARANTEES.noticeBound(), GUARANTEES.watch(),
				GUARANTEES.tokens(), GUARANTEES.maxNameBytes(), GUARANTEES.maxValueBytes());
	}

	@Override
	public BackendSession open(Duration ttl) {
		LocalSession session = new LocalSession(this.store, this.environment, ttl, this.expire);
		this.store.open(session);
		return session;
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		return this.store.get(key);
	}

	@Override
	public List<Entry> list(Directory directory) {
		return this.store.list(directory);
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		return this.store.create(null, key, value, this.environment.clock());
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		return this.store.replace(null, expected, value, this.environment.clock());
	}

	@Override
	public boolean delete(Entry expected) {
		return this.store.delete(null, expected);
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		return this.store.watch(directory, listener, this.environment.callbacks());
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.store.leave();
		}
	}

}
