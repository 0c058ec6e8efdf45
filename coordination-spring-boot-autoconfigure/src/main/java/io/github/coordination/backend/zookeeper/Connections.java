package io.github.coordination.backend.zookeeper;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.backend.zookeeper.Connection.Created;
import io.github.coordination.backend.zookeeper.Connection.Read;
import io.github.coordination.backend.zookeeper.Connection.Reply;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Environment;

/**
 * The connections of one backend. One serves all that belongs to no session; a session
 * has one to itself, the same one if no other session has it. So a coordinator, which has
 * one session at a time, has one connection. The application's own handle is shared by
 * all.
 */
final class Connections implements Connection.Observer, AutoCloseable {

	private static final Logger LOGGER = System.getLogger(Connections.class.getName());

	private static final String MARKER = "coordination";

	private static final int VERSION = 1;

	/** How often steps are repeated that others may undo in the meantime. */
	static final int ATTEMPTS = 10;

	/** A coordinator opens a new session sooner, or ends all watches. */
	private static final Duration REVIVAL = Duration.ofMillis(200);

	private final Source source;

	private final Layout layout;

	private final Duration ttl;

	private final Duration callTimeout;

	private final Environment environment;

	private final Watches watches;

	/** Held while a connection is opened, for one call timeout at the most. */
	private final ReentrantLock opening = new ReentrantLock();

	private final Set<Connection> live = ConcurrentHashMap.newKeySet();

	/** Those that belong to a session; added to under {@link #opening} only. */
	private final Set<Connection> claimed = ConcurrentHashMap.newKeySet();

	private final AtomicReference<@Nullable Connection> current = new AtomicReference<>();

	private volatile boolean closed;

	Connections(Source source, BackendConfig config) {
		this.source = source;
		this.layout = Layout.of(source.root(), config.namespace());
		this.ttl = config.ttl();
		this.callTimeout = config.callTimeout();
		this.environment = config.environment();
		this.watches = new Watches(this.environment.timer(), REVIVAL);
	}

	Layout layout() {
		return this.layout;
	}

	Watches watches() {
		return this.watches;
	}

	Environment environment() {
		return this.environment;
	}

	Duration callTimeout() {
		return this.callTimeout;
	}

	/** Begin a call that belongs to no session. */
	Call call() {
		return new Call(this.environment.clock(), this.callTimeout.toNanos(), false);
	}

	/** Begin a call of a session. */
	Call sessionCall() {
		return new Call(this.environment.clock(), this.callTimeout.toNanos(), true);
	}

	/** Return the connection for all that belongs to no session, connected. */
	Connection current(Call call) {
		Connection found = this.current.get();
		if (found == null || !found.isConnected()) {
			found = call.repeat(() -> findCurrent(call));
		}
		if (this.live.size() > 1) {
			// another connection may have shown what this one's server has not yet heard
			call.after(found.sync(this.layout.namespace()));
		}
		return found;
	}

	/**
	 * Return a connection for a session. It must be released if the session is not opened
	 * after all.
	 */
	Connection claim(Call call, Duration asked) {
		return call.repeat(() -> opening(call, () -> {
			Connection found = this.live.stream()
				.filter((each) -> !each.isOver()
						&& (each.isShared() || (!this.claimed.contains(each) && each.asked().equals(asked))))
				.findFirst()
				.orElseGet(() -> open(asked));
			call.begin(found);
			Connection known = this.current.get();
			if (known == null || !known.isConnected()) {
				prepare(call, found);
				use(call, found);
			}
			// not before: a repetition would find it taken and open another
			this.claimed.add(found);
			return found;
		}));
	}

	/** A session could not be opened; its connection goes on being tried. */
	void release(Connection connection) {
		this.claimed.remove(connection);
	}

	/** A session is over: its connection goes too. */
	void end(Connection connection) {
		forget(connection);
		// takes 100 ms and more, and if there is no connection finds one first
		background(connection::close);
	}

	/**
	 * Read the namespace's marker, and make the namespace if it is not there.
	 * @return the store's identity
	 * @throws ConfigurationException if it cannot be used
	 */
	String prepare(Call call, Connection connection) {
		call.begin(connection);
		String path = this.layout.namespace();
		for (int i = 0; i < ATTEMPTS; i++) {
			// a new connection's server may be behind what an earlier one has shown
			call.after(connection.sync(path));
			Reply<Read> reply = call.read(connection.get(path));
			byte[] data = reply.isOk() ? reply.get().data() : null;
			if (data != null && data.length > 0) {
				return identity(data, reply.get().stat().getCzxid());
			}
			byte[] marker = (MARKER + " " + VERSION + " " + this.environment.newId())
				.getBytes(StandardCharsets.US_ASCII);
			if (reply.isOk()) {
				// made by an administrator, who may have given it an access list
				requirePermitted(call.read(connection.set(path, marker, reply.get().stat().getVersion())));
			}
			else if (reply.code() == Code.NONODE) {
				for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
					// whether it exists, or may not be made, shows in the last one
					connection.create(path.substring(0, slash), Layout.EMPTY, CreateMode.PERSISTENT);
				}
				requirePermitted(call.read(connection.create(path, marker, CreateMode.PERSISTENT)));
			}
			else {
				requirePermitted(reply);
				throw call.refused(reply.code(), path);
			}
			furnish(call, connection);
		}
		throw new BackendUnavailableException("the namespace " + path + " is removed as soon as it is made");
	}

	/** Make what every namespace has. */
	void furnish(Call call, Connection connection) {
		connection.create(this.layout.sessions(), Layout.EMPTY, CreateMode.PERSISTENT);
		Reply<Created> reply = call.read(connection.create(this.layout.guards(), Layout.EMPTY, CreateMode.PERSISTENT));
		requirePermitted(reply);
	}

	private void requirePermitted(Reply<?> reply) {
		String path = this.layout.namespace();
		switch (reply.code()) {
			case NOAUTH -> throw new ConfigurationException(BackendUrl.SETTING,
					"ZooKeeper does not permit what is needed at " + path + ".",
					"Give this user all permissions there, or make that node for it.");
			case INVALIDACL -> throw new ConfigurationException(BackendUrl.SETTING,
					"nodes are to be open to their creator only, and this client is nobody.",
					"Write zookeeper://user:password@..., or give it a certificate, or acl=open.");
			case UNIMPLEMENTED -> throw new ConfigurationException(BackendUrl.SETTING, "this ZooKeeper is too old.",
					"Use version 3.6 or newer.");
			default -> {
				// what else it says shows when the marker is read again
			}
		}
	}

	private String identity(byte[] data, long createdBy) {
		String[] words = new String(data, StandardCharsets.ISO_8859_1).split(" ");
		if (words.length < 3 || !words[0].equals(MARKER) || !words[1].matches("[0-9]{1,9}")) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"the node " + this.layout.namespace() + " was not written by this library.",
					"Use another path or namespace.");
		}
		if (Integer.parseInt(words[1]) > VERSION) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"the namespace " + this.layout.namespace() + " has format version " + words[1]
							+ ", and this version knows " + VERSION + ".",
					"Update this application, or use another namespace.");
		}
		return words[2] + "-" + Long.toHexString(createdBy);
	}

	private Connection findCurrent(Call call) {
		return opening(call, () -> {
			this.live.removeIf(Connection::isOver);
			Connection found = this.current.get();
			if (found == null || !found.isConnected()) {
				Connection known = found;
				found = this.live.stream()
					.filter(Connection::isConnected)
					.findFirst()
					.or(() -> this.live.stream().filter((each) -> !each.isOver()).findFirst())
					.orElseGet(() -> open(this.ttl));
				if (found != known) {
					prepare(call, found);
					use(call, found);
				}
			}
			call.begin(found);
			return found;
		});
	}

	/** Under {@link #opening}: let it serve all that belongs to no session. */
	private void use(Call call, Connection connection) {
		// also what tells the states of a handle that is not our own
		CompletableFuture<Reply<Void>> watched = connection.watch(this.layout.namespace(), AddWatchMode.PERSISTENT);
		if (!call.read(watched).isOk()) {
			throw call.refused(watched.join().code(), this.layout.namespace());
		}
		this.current.set(connection);
		this.watches.moveTo(connection);
	}

	/** Under {@link #opening}. */
	private Connection open(Duration asked) {
		Connection opened = new Connection(this.source, asked, this);
		this.live.add(opened);
		if (this.closed) {
			// closing may have looked before it was there
			this.live.remove(opened);
			opened.close();
			throw new BackendUnavailableException("the backend is closed");
		}
		return opened;
	}

	private <T> T opening(Call call, Supplier<T> action) {
		if (this.closed) {
			throw new BackendUnavailableException("the backend is closed");
		}
		try {
			if (!this.opening.tryLock(call.left(), TimeUnit.NANOSECONDS)) {
				throw new BackendUnavailableException("there is no connection to " + this.source);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new BackendUnavailableException("interrupted while connecting to " + this.source, ex);
		}
		try {
			return action.get();
		}
		finally {
			this.opening.unlock();
		}
	}

	@Override
	public void onNode(Connection connection, WatchedEvent event) {
		if (event.getType() == EventType.PersistentWatchRemoved && connection.isShared() && !this.closed
				&& event.getPath().equals(this.layout.namespace())) {
			// by another backend on the application's handle, when it was closed
			connection.watch(this.layout.namespace(), AddWatchMode.PERSISTENT);
		}
		this.watches.onNode(connection, event);
	}

	@Override
	public void onState(Connection connection, KeeperState state) {
		if (state == KeeperState.SyncConnected) {
			this.watches.onConnected(connection);
		}
		else if (connection.isOver()) {
			forget(connection);
		}
	}

	/** It is over. If somebody watches, another one must take its place. */
	private void forget(Connection connection) {
		this.live.remove(connection);
		this.claimed.remove(connection);
		if (this.current.compareAndSet(connection, null) && !this.closed) {
			// who waits in its session is to see that this is over
			this.watches.tellAll();
			revive();
		}
	}

	private void revive() {
		this.environment.timer().schedule(REVIVAL, () -> background(() -> {
			if (this.closed || this.watches.isEmpty() || this.current.get() != null) {
				return;
			}
			try {
				current(call());
			}
			catch (CoordinationException ex) {
				LOGGER.log(Level.DEBUG, "No connection for watches yet", ex);
				revive();
			}
		}));
	}

	private void background(Runnable task) {
		try {
			this.environment.callbacks().execute(task);
		}
		catch (RejectedExecutionException ex) {
			// everything is being shut down
			task.run();
		}
	}

	/** Sessions that are still open are left to expire. */
	@Override
	public void close() {
		this.closed = true;
		this.watches.close();
		for (Connection connection : this.live) {
			this.live.remove(connection);
			if (connection.isShared()) {
				connection.unwatch(this.layout.namespace());
			}
			else if (this.claimed.contains(connection) && connection.isConnected()) {
				connection.abandon();
			}
			else {
				background(connection::close);
			}
		}
		this.source.close();
	}

}
