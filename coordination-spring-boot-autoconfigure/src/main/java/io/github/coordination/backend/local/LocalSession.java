package io.github.coordination.backend.local;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.SessionGrant;

/**
 * A session of a {@link LocalStore}. Its mutable state is guarded by the store's lock.
 */
final class LocalSession implements BackendSession {

	private final LocalStore store;

	private final Environment environment;

	private final String id;

	private final SessionGrant grant;

	private final boolean expires;

	private long expiresAt;

	private volatile boolean open = true;

	LocalSession(LocalStore store, Environment environment, Duration ttl, boolean expires) {
		this.store = store;
		this.environment = environment;
		this.id = environment.newId();
		this.expires = expires;
		this.grant = new SessionGrant(ttl, expires ? ttl : null, store.identity());
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
		return !this.open;
	}

	@Override
	public SessionGrant renew() {
		this.store.renew(this);
		return this.grant;
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		return this.store.create(this, key, value, this.environment.clock());
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		return this.store.replace(this, expected, value, this.environment.clock());
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		return this.store.enqueue(this, queue, attemptId, tag, value, maxAhead, this.environment.clock());
	}

	@Override
	public boolean delete(Entry expected) {
		return this.store.delete(this, expected);
	}

	@Override
	public List<Entry> entries() {
		return this.store.entries(this);
	}

	@Override
	public void close() {
		this.store.end(this);
	}

	/** Under the store's lock: extend the life of the session. */
	void touch() {
		if (this.expires) {
			this.expiresAt = this.environment.clock().nanoTime() + this.grant.ttl().toNanos();
			this.environment.timer()
				.schedule(this.grant.ttl(), () -> this.environment.callbacks().execute(this.store::expire));
		}
	}

	/** Under the store's lock. */
	boolean isOverdue() {
		return this.expires && this.environment.clock().nanoTime() - this.expiresAt >= 0;
	}

	boolean expires() {
		return this.expires;
	}

	/** Under the store's lock: {@code true} the first time. */
	boolean markEnded() {
		boolean wasOpen = this.open;
		this.open = false;
		return wasOpen;
	}

	/** Under the store's lock: refuse whatever comes after the end. */
	void requireLive() {
		if (!this.open || isOverdue()) {
			throw new SessionLostException("session " + this.id + " is over");
		}
	}

}
