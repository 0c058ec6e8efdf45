package io.github.coordination.test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.SessionGrant;

/**
 * A session of a {@link FaultyBackend}. With a safe ttl it ends when no renewal arrives
 * within its ttl: at that moment for whoever uses it, and for everybody else as soon as
 * the timer has run.
 */
final class FaultySession implements BackendSession {

	private final FaultyBackend backend;

	private final BackendSession delegate;

	private final Environment environment;

	private final @Nullable Duration safeTtl;

	private final SessionGrant grant;

	private final ReentrantLock guard = new ReentrantLock();

	/** When the session ends if nothing is heard; guarded, as is what became of it. */
	private long endsAt;

	private boolean expired;

	/** This side is not told, but refused. */
	private volatile boolean endedByStore;

	FaultySession(FaultyBackend backend, BackendSession delegate, Environment environment, @Nullable Duration safeTtl) {
		this.backend = backend;
		this.delegate = delegate;
		this.environment = environment;
		this.safeTtl = safeTtl;
		this.grant = backend.grant(delegate.grant(), safeTtl);
		this.endsAt = environment.clock().nanoTime() + this.grant.ttl().toNanos();
		touch();
	}

	@Override
	public String id() {
		return this.delegate.id();
	}

	@Override
	public SessionGrant grant() {
		return this.grant;
	}

	@Override
	public boolean isOver() {
		return !this.endedByStore && this.delegate.isOver();
	}

	@Override
	public SessionGrant renew() {
		return call(Operation.RENEW, () -> {
			SessionGrant renewed = this.delegate.renew();
			touch();
			return this.backend.grant(renewed, this.safeTtl);
		});
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		return call(Operation.CREATE, () -> this.delegate.create(key, value));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		return call(Operation.REPLACE, () -> this.delegate.replace(expected, value));
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		return call(Operation.ENQUEUE, () -> this.delegate.enqueue(queue, attemptId, tag, value, maxAhead));
	}

	@Override
	public boolean delete(Entry expected) {
		return call(Operation.DELETE, () -> this.delegate.delete(expected));
	}

	@Override
	public List<Entry> entries() {
		return call(Operation.ENTRIES, this.delegate::entries);
	}

	@Override
	public void close() {
		this.backend.forget(this);
		this.delegate.close();
	}

	/** As the store would. */
	void end() {
		this.endedByStore = true;
		this.backend.forget(this);
		this.delegate.close();
	}

	/** The check belongs to the call as it reaches the store, which may be late. */
	private <T> T call(Operation operation, Supplier<T> call) {
		return this.backend.call(operation, this, () -> {
			requireLive();
			return call.get();
		});
	}

	private void touch() {
		if (this.safeTtl == null) {
			return;
		}
		this.guard.lock();
		try {
			// an end that came first stays
			requireLive();
			this.endsAt = this.environment.clock().nanoTime() + this.grant.ttl().toNanos();
		}
		finally {
			this.guard.unlock();
		}
		this.environment.timer().schedule(this.grant.ttl(), this::endIfExpired);
	}

	private void endIfExpired() {
		if (isExpired()) {
			this.environment.callbacks().execute(this::end);
		}
	}

	private void requireLive() {
		if (isExpired()) {
			throw new SessionLostException("session " + id() + " was not renewed in time");
		}
	}

	private boolean isExpired() {
		if (this.safeTtl == null) {
			return false;
		}
		this.guard.lock();
		try {
			this.expired = this.expired || this.environment.clock().nanoTime() - this.endsAt >= 0;
			return this.expired;
		}
		finally {
			this.guard.unlock();
		}
	}

}
