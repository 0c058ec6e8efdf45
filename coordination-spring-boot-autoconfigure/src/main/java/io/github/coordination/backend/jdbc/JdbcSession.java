package io.github.coordination.backend.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.SessionGrant;

/**
 * A session: a row that says until when, by the database's clock, it is to be believed.
 */
final class JdbcSession implements BackendSession {

	private final JdbcBackend backend;

	private final String id;

	private final SessionGrant grant;

	/**
	 * Shared by statements that may bring an entry; whoever closes has it alone, so that
	 * none comes after its entries were removed.
	 */
	private final ReentrantReadWriteLock bringing = new ReentrantReadWriteLock();

	private volatile boolean over;

	/** What it was opened or renewed on. */
	private volatile Link link;

	/**
	 * Whether the last renewal failed, so that its entries are compared after the next.
	 */
	private volatile boolean doubted;

	JdbcSession(JdbcBackend backend, String id, Duration ttl, String storeId, Link link) {
		this.backend = backend;
		this.id = id;
		this.link = link;
		this.grant = new SessionGrant(ttl, ttl, storeId);
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
		requireOpen();
		boolean renewed;
		try {
			renewed = this.backend.heart().write(this::renew);
			this.doubted = false;
		}
		catch (CoordinationException ex) {
			this.doubted = true;
			throw ex;
		}
		if (!renewed) {
			this.over = true;
			throw Store.lost(this.id);
		}
		this.backend.watches().patrolSoon();
		return this.grant;
	}

	/**
	 * Renew on the connection of the last time. Another one may lead to a server that
	 * lacks what the last one has confirmed: after a renewal has failed the entries are
	 * compared, so one must have. The identity of the store says nothing of that, since
	 * sessions are to outlive a server that was merely restarted.
	 */
	private boolean renew(Link current) throws SQLException {
		if (current != this.link) {
			this.backend.watches().reconnect();
			this.link = current;
			if (!this.doubted) {
				throw new BackendUnavailableException("renewals have another connection to the database now");
			}
		}
		return this.backend.store().renew(current, this.id, this.grant.storeIdentity());
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, JdbcBackend.MAX_VALUE_BYTES);
		return bring((link) -> this.backend.store().create(link, this.id, key, value));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, JdbcBackend.MAX_VALUE_BYTES);
		return write((link) -> this.backend.store().replace(link, this.id, expected, value));
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		Entry.requireSize(value, JdbcBackend.MAX_VALUE_BYTES);
		return bring(
				(link) -> this.backend.store().enqueue(link, this.id, queue.entry(attemptId), tag, value, maxAhead));
	}

	@Override
	public boolean delete(Entry expected) {
		return write((link) -> this.backend.store().delete(link, this.id, expected));
	}

	/** On the connection of renewals: what is compared is what that server has. */
	@Override
	public List<Entry> entries() {
		requireOpen();
		try {
			return this.backend.heart().read((link) -> this.backend.store().entries(link, this.id));
		}
		catch (SessionLostException ex) {
			this.over = true;
			throw ex;
		}
	}

	@Override
	public void close() {
		this.over = true;
		boolean alone = this.backend.callDeadline().lock(this.bringing.writeLock());
		try {
			this.backend.connections().write((link) -> {
				this.backend.store().close(link, this.id);
				return this.id;
			});
		}
		catch (CoordinationException ex) {
			// it expires by itself
		}
		finally {
			if (alone) {
				this.bringing.writeLock().unlock();
			}
		}
	}

	private <T> T bring(Connections.Call<T> call) {
		this.bringing.readLock().lock();
		try {
			return write(call);
		}
		finally {
			this.bringing.readLock().unlock();
		}
	}

	private <T> T write(Connections.Call<T> call) {
		requireOpen();
		try {
			return this.backend.connections().write(call);
		}
		catch (SessionLostException ex) {
			this.over = true;
			throw ex;
		}
	}

	private void requireOpen() {
		if (this.over) {
			throw Store.lost(this.id);
		}
	}

}
