package io.github.coordination.backend.zookeeper;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

import io.github.coordination.CoordinationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.zookeeper.Connection.Created;
import io.github.coordination.backend.zookeeper.Connection.Reply;
import io.github.coordination.backend.zookeeper.Layout.Node;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.SessionGrant;

/**
 * {@link BackendSession} that is the ZooKeeper session of one connection, or a part of it
 * if the connection is the application's. A renewal writes to a node of the session's
 * own: a follower cut off from its leader goes on answering reads. ZooKeeper's client
 * keeps its session alive by itself, as long as the process does anything; so a session
 * that nobody renews any more ends itself when its ttl has passed.
 */
final class ZooKeeperSession implements BackendSession {

	private static final Logger LOGGER = System.getLogger(ZooKeeperSession.class.getName());

	private final Connections connections;

	private final Nodes nodes;

	private final Connection connection;

	private final Environment environment;

	private final String id;

	private final String node;

	private final AtomicBoolean over = new AtomicBoolean();

	/** What is needed to change entries of this session without reading them. */
	private final Map<EntryKey, Known> known = new ConcurrentHashMap<>();

	private final Attempts attempts;

	private final SessionGrant grant;

	/** The ttl that was granted last. */
	private volatile Duration ttl;

	/** When the last renewal that succeeded was sent. */
	private volatile long renewed;

	private volatile Runnable cancelExpiry = () -> {
	};

	private ZooKeeperSession(Connections connections, Nodes nodes, Connection connection, String id, long sent,
			SessionGrant grant) {
		this.connections = connections;
		this.nodes = nodes;
		this.connection = connection;
		this.environment = connections.environment();
		this.id = id;
		this.node = nodes.layout().session(id);
		this.renewed = sent;
		this.attempts = new Attempts(this, nodes, connection);
		this.grant = grant;
		this.ttl = grant.ttl();
	}

	static ZooKeeperSession open(Connections connections, Nodes nodes, Duration ttl) {
		Call call = connections.call();
		Connection connection = connections.claim(call, ttl);
		try {
			long sent = connections.environment().clock().nanoTime();
			String id = connections.environment().newId();
			String path = nodes.layout().session(id);
			String identity = connections.prepare(call, connection);
			Reply<Created> reply = call.write(connection.create(path, Layout.EMPTY, CreateMode.EPHEMERAL));
			if (reply.code() == Code.NONODE) {
				connections.furnish(call, connection);
				reply = call.write(connection.create(path, Layout.EMPTY, CreateMode.EPHEMERAL));
			}
			if (!reply.isOk()) {
				throw call.refused(reply.code(), path);
			}
			if (connection.isShared()) {
				Reply<Void> found = call.read(connection.findChroot(path));
				if (!found.isOk()) {
					throw call.refused(found.code(), path);
				}
			}
			ZooKeeperSession session = new ZooKeeperSession(connections, nodes, connection, id, sent,
					grant(connection, identity));
			session.watchExpiry();
			return session;
		}
		catch (RuntimeException ex) {
			connections.release(connection);
			throw ex;
		}
	}

	/**
	 * The client library itself gives up a server after two thirds of the timeout, and a
	 * follower that fails may take the last signs of life with it.
	 */
	private static SessionGrant grant(Connection connection, String identity) {
		Duration granted = connection.granted();
		return new SessionGrant(granted, granted.multipliedBy(2).dividedBy(3), identity);
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public SessionGrant grant() {
		return this.grant;
	}

	/** A server that grants less than the one before ends what was believed. */
	@Override
	public boolean isOver() {
		return this.over.get() || this.connection.isOver() || this.connection.granted().compareTo(this.ttl) < 0;
	}

	@Override
	public SessionGrant renew() {
		Call call = this.connections.sessionCall();
		return call.repeat(() -> {
			begin(call);
			long sent = this.environment.clock().nanoTime();
			CompletableFuture<Reply<Stat>> written = this.connection.set(this.node, Layout.EMPTY, -1);
			// repeating it does no harm
			Reply<Stat> reply = call.read(written);
			if (reply.code() == Code.NONODE) {
				throw new SessionLostException("somebody removed the node of session " + this.id);
			}
			if (!reply.isOk()) {
				throw call.refused(reply.code(), this.node);
			}
			if (reply.get().getEphemeralOwner() != this.connection.sessionId()) {
				throw new SessionLostException("session " + this.id + " belongs to another session of ZooKeeper");
			}
			SessionGrant renewal = grant(this.connection, this.connections.prepare(call, this.connection));
			this.ttl = renewal.ttl();
			this.renewed = sent;
			return renewal;
		});
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Call call = begin(this.connections.sessionCall());
		Node created = this.nodes.create(call, this.connection, key, this.id, value);
		if (created != null) {
			keep(call, created);
		}
		return Optional.ofNullable(created).map(Node::entry);
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, Nodes.MAX_VALUE_BYTES);
		Call call = begin(this.connections.sessionCall());
		Node found = find(call, expected);
		if (found == null) {
			return Optional.empty();
		}
		// until it is known what became of it
		forget(expected.key());
		Node changed = this.nodes.replace(call, this.connection, found, value);
		if (changed == null) {
			return Optional.empty();
		}
		remember(changed);
		return Optional.of(changed.entry());
	}

	@Override
	public boolean delete(Entry expected) {
		Call call = begin(this.connections.sessionCall());
		Node found = find(call, expected);
		if (found == null) {
			return false;
		}
		boolean deleted = this.nodes.delete(call, this.connection, found);
		this.attempts.settle(expected.key());
		return deleted;
	}

	@Override
	public List<Entry> entries() {
		Call call = this.connections.sessionCall();
		return call.repeat(() -> this.nodes.bound(begin(call), this.connection, this.id))
			.stream()
			.map(Node::entry)
			.toList();
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		Entry.requireSize(value, Nodes.MAX_VALUE_BYTES);
		return this.attempts.enqueue(this.connections.sessionCall(), queue.entry(attemptId), tag, value, maxAhead);
	}

	/** What is made on the application's handle after the session has left would stay. */
	void keep(Call call, Node made) {
		remember(made);
		if (this.over.get() && this.connection.isShared()) {
			this.nodes.delete(call, this.connection, made);
			begin(call);
		}
	}

	/** Find what is needed to change an entry, without reading it if it is known. */
	private @Nullable Node find(Call call, Entry expected) {
		Known known = this.known.get(expected.key());
		if (known != null && known.revision() == expected.revision()) {
			return new Node(expected, known.nonce(), known.number(), known.version());
		}
		Node node = call.repeat(() -> this.nodes.find(begin(call), this.connection, expected.key()));
		return (node != null && node.entry().revision() == expected.revision()
				&& this.id.equals(node.entry().sessionId())) ? node : null;
	}

	boolean isKnown(EntryKey key) {
		return this.known.containsKey(key);
	}

	void forget(EntryKey key) {
		this.known.remove(key);
	}

	void remember(Node node) {
		this.known.put(node.entry().key(),
				new Known(node.number(), node.version(), node.entry().revision(), node.nonce()));
	}

	/** Begin an attempt within a call, unless the session is over. */
	Call begin(Call call) {
		if (this.over.get()) {
			throw new SessionLostException("session " + this.id + " is over");
		}
		call.begin(this.connection);
		return call;
	}

	/** End it if nobody has renewed it for its ttl. */
	private void watchExpiry() {
		Duration left = this.ttl.minusNanos(this.environment.clock().nanoTime() - this.renewed);
		if (this.over.get()) {
			return;
		}
		if (left.isNegative() || left.isZero()) {
			this.environment.callbacks().execute(this::close);
			return;
		}
		this.cancelExpiry = this.environment.timer().schedule(left, this::watchExpiry);
	}

	@Override
	public void close() {
		if (!this.over.compareAndSet(false, true)) {
			return;
		}
		this.cancelExpiry.run();
		leave();
		if (this.connection.isShared()) {
			// what had been sent before may have taken effect after that
			leaveAgain(this.connections.callTimeout());
		}
		else {
			this.connections.end(this.connection);
		}
	}

	private void leaveAgain(Duration delay) {
		try {
			this.environment.timer().schedule(delay, () -> this.environment.callbacks().execute(this::leave));
		}
		catch (RejectedExecutionException ex) {
			// everything is being shut down
		}
	}

	/** Return the handle whose session this is. */
	ZooKeeper handle() {
		return this.connection.handle();
	}

	/**
	 * Delete the entries one by one: closing a handle takes long. What cannot be deleted
	 * goes when the ZooKeeper session ends; if that is the application's, it is tried
	 * again until it is done.
	 */
	private void leave() {
		try {
			Call call = this.connections.sessionCall();
			call.begin(this.connection);
			List<CompletableFuture<? extends Reply<?>>> deleted = new ArrayList<>();
			for (Node each : this.nodes.bound(call, this.connection, this.id)) {
				deleted.add(this.nodes.sendDelete(this.connection, each));
			}
			deleted.add(this.connection.delete(this.node, -1));
			deleted.forEach(call::write);
		}
		catch (SessionLostException ex) {
			// everything went with it
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "Entries of session " + this.id + " could not be deleted", ex);
			if (this.connection.isShared()) {
				leaveAgain(this.ttl.dividedBy(3));
			}
		}
	}

	/**
	 * What is remembered of an entry.
	 *
	 * @param number ZooKeeper's number if it is queued
	 * @param version its version in ZooKeeper
	 * @param revision its revision
	 * @param nonce names its guard, empty if it is queued
	 */
	private record Known(int number, int version, long revision, String nonce) {
	}

}
