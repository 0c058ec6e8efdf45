package io.github.coordination.backend.redis;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.redis.RedisLink.Admission;
import io.github.coordination.backend.redis.RedisLink.Connection;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.SessionGrant;

/**
 * A session: a key that the server deletes when it was not renewed for its ttl. Every
 * script looks for it first. It ends with the server's run too, where that is known,
 * because a server that was restarted, or that took over from another, may have forgotten
 * what the last one had confirmed.
 */
final class RedisSession implements BackendSession {

	private static final System.Logger LOGGER = System.getLogger(RedisSession.class.getName());

	private final RedisBackend backend;

	private final String id;

	private final byte[] idBytes;

	private final byte[] key;

	private final byte[] bound;

	private final byte[] ttlMillis;

	private final SessionGrant grant;

	/** Whether the server tells which run it is. */
	private final boolean knowsRun;

	/** When whoever held something in the server's run before has noticed its end. */
	private final long grantsFrom;

	/** Whether the server may delete what is held, and the session has to look. */
	private final boolean mayEvict;

	private final Admission admission = this::admit;

	/** The connection whose server was seen to be the one of the start. */
	private volatile @Nullable Connection admitted;

	private volatile boolean over;

	private volatile boolean closed;

	RedisSession(RedisBackend backend, String id, Duration ttl, String identity, String run, Duration delay,
			boolean mayEvict) {
		this.backend = backend;
		this.id = id;
		this.idBytes = RedisKeys.latin1(id);
		this.key = backend.keys().session(id);
		this.bound = backend.keys().bound(id);
		this.ttlMillis = RedisKeys.latin1(Long.toString(ttl.toMillis()));
		this.knowsRun = !run.isEmpty();
		this.grantsFrom = backend.clock().nanoTime() + delay.toNanos();
		this.mayEvict = mayEvict;
		this.grant = new SessionGrant(ttl, ttl, identity + "-" + run);
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
		RedisLink renewals = this.backend.renewals();
		Deadline deadline = renewals.begin();
		List<Object> reply = renew(renewals, renewals.connection(deadline), deadline);
		this.backend.renewed((Long) reply.get(0));
		return new SessionGrant(this.grant.ttl(), this.grant.safeTtl(), identity(reply));
	}

	private List<Object> renew(RedisLink link, Connection connection, Deadline deadline) {
		byte[][] keys = { this.key, this.backend.keys().store(), this.backend.keys().sessions(), this.bound };
		return requireLive(link.run(connection, deadline, RedisScript.RENEW, keys, this.idBytes, this.ttlMillis,
				flag(this.knowsRun), flag(this.mayEvict)));
	}

	/**
	 * A connection that is new may lead to a server that kept the session and forgot what
	 * others hold.
	 */
	private void admit(Connection connection, Deadline deadline) {
		if (connection == this.admitted) {
			return;
		}
		if (!identity(renew(this.backend.calls(), connection, deadline)).equals(this.grant.storeIdentity())) {
			throw over();
		}
		this.admitted = connection;
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		requireOpen();
		requireSettled();
		Entry.requireSize(value, RedisFacts.MAX_VALUE_BYTES);
		byte[][] keys = { this.key, this.backend.keys().revision(), this.backend.keys().directory(key.directory()),
				this.bound };
		Object reply = requireLive(this.backend.calls()
			.run(this.admission, RedisScript.CREATE, keys, this.idBytes, RedisKeys.bytes(key.id()), value)).get(0);
		return RedisBackend.revision(reply).map((revision) -> new Entry(key, "", value, revision, revision, this.id));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		requireOpen();
		Entry.requireSize(value, RedisFacts.MAX_VALUE_BYTES);
		byte[][] keys = { this.key, this.backend.keys().revision(),
				this.backend.keys().directory(expected.key().directory()) };
		Object reply = requireLive(this.backend.calls()
			.run(RedisScript.REPLACE, keys, this.idBytes, RedisKeys.bytes(expected.id()), RedisKeys.head(expected),
					value))
			.get(0);
		return RedisBackend.revision(reply)
			.map((revision) -> new Entry(expected.key(), expected.tag(), value, expected.createRevision(), revision,
					this.id));
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		requireOpen();
		requireSettled();
		Entry.requireSize(value, RedisFacts.MAX_VALUE_BYTES);
		byte[][] keys = { this.key, this.backend.keys().revision(), this.backend.keys().directory(queue), this.bound };
		byte[] reply = this.backend.calls()
			.text(this.admission, RedisScript.ENQUEUE, keys, RedisKeys.bytes(attemptId),
					RedisKeys.rest(this.id, tag, value), RedisKeys.latin1(Integer.toString(maxAhead)));
		if (reply[0] == 'g') {
			throw over();
		}
		return (reply[0] == 'r') ? Optional.empty()
				: Optional.of(RedisKeys.placement(queue.entry(attemptId), tag, value, this.id, reply));
	}

	@Override
	public boolean delete(Entry expected) {
		requireOpen();
		byte[][] keys = { this.backend.keys().directory(expected.key().directory()), this.bound, this.key };
		long deleted = this.backend.calls()
			.count(RedisScript.DELETE, keys, RedisKeys.bytes(expected.id()), RedisKeys.head(expected));
		if (deleted == RedisBackend.GONE) {
			throw over();
		}
		return deleted == 1;
	}

	@Override
	public List<Entry> entries() {
		requireOpen();
		byte[][] keys = { this.key, this.bound };
		List<Object> reply = requireLive(this.backend.calls().run(RedisScript.ENTRIES, keys, this.idBytes));
		List<Entry> entries = new ArrayList<>(reply.size() / 2);
		for (int i = 0; i + 1 < reply.size(); i += 2) {
			EntryKey entryKey = this.backend.keys().parse((byte[]) reply.get(i));
			if (entryKey != null) {
				RedisKeys.parse(entryKey, (byte[]) reply.get(i + 1))
					.filter((entry) -> this.id.equals(entry.sessionId()))
					.ifPresent(entries::add);
			}
		}
		return entries;
	}

	@Override
	public void close() {
		this.over = true;
		if (!this.closed) {
			this.closed = true;
			end();
		}
	}

	/** In as many steps as it has entries for; what is left expires. */
	private void end() {
		byte[][] keys = { this.key };
		try {
			long left = 1;
			while (left > 0) {
				left = this.backend.calls().count(RedisScript.CLOSE, keys, this.idBytes);
			}
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "session {0} is left to expire: {1}", this.id, ex.getMessage());
		}
	}

	byte[] key() {
		return this.key;
	}

	private static String identity(List<Object> reply) {
		return RedisKeys.utf8((byte[]) reply.get(1)) + "-" + RedisKeys.utf8((byte[]) reply.get(2));
	}

	private static byte[] flag(boolean set) {
		return RedisKeys.latin1(set ? "1" : "0");
	}

	private void requireOpen() {
		if (this.over) {
			throw lost();
		}
	}

	private void requireSettled() {
		if (this.grantsFrom - this.backend.clock().nanoTime() > 0) {
			throw new BackendUnavailableException(
					"Redis was started a moment ago, or another took over, and may have forgotten what is held");
		}
	}

	private List<Object> requireLive(List<Object> reply) {
		if (!reply.isEmpty() && reply.get(0) instanceof Long code && code == RedisBackend.GONE && reply.size() == 1) {
			throw over();
		}
		return reply;
	}

	private SessionLostException over() {
		this.over = true;
		return lost();
	}

	private SessionLostException lost() {
		return new SessionLostException("session " + this.id + " is over");
	}

}
