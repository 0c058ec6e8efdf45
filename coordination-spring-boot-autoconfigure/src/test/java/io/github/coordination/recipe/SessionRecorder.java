package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.coordination.Guarantees;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * Passes everything on and remembers the sessions that were opened.
 */
final class SessionRecorder implements CoordinationBackend {

	private final CoordinationBackend delegate;

	private final BlockingQueue<BackendSession> opened = new LinkedBlockingQueue<>();

	SessionRecorder(CoordinationBackend delegate) {
		this.delegate = delegate;
	}

	/** Return the sessions opened since the last call. */
	List<BackendSession> takeAll() {
		List<BackendSession> sessions = new ArrayList<>();
		this.opened.drainTo(sessions);
		return sessions;
	}

	@Override
	public Guarantees guarantees() {
		return this.delegate.guarantees();
	}

	@Override
	public BackendSession open(Duration ttl) {
		BackendSession session = this.delegate.open(ttl);
		this.opened.add(session);
		return session;
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		return this.delegate.get(key);
	}

	@Override
	public List<Entry> list(Directory directory) {
		return this.delegate.list(directory);
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		return this.delegate.create(key, value);
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		return this.delegate.replace(expected, value);
	}

	@Override
	public boolean delete(Entry expected) {
		return this.delegate.delete(expected);
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		return this.delegate.watch(directory, listener);
	}

	@Override
	public void close() {
		this.delegate.close();
	}

}
