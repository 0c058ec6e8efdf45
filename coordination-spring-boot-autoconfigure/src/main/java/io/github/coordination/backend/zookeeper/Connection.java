package io.github.coordination.backend.zookeeper;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One handle, and so one ZooKeeper session, until that is over. Everything is sent
 * without waiting; what one thread sends is done and answered in that order, so that
 * several things cost one wait. After a lost connection the handle finds another server
 * by itself.
 */
final class Connection implements Watcher {

	private static final long LOOK = Duration.ofMillis(20).toNanos();

	private final Source source;

	private final Duration asked;

	private final Observer observer;

	private final ZooKeeper handle;

	private final ReentrantLock guard = new ReentrantLock();

	private final Condition stateChanged = this.guard.newCondition();

	/**
	 * The client goes on calling itself connected until it tries the next server, and
	 * what is sent meanwhile may be sent there.
	 */
	private volatile boolean disconnected;

	private volatile boolean ended;

	/** What the servers put before the paths of this handle. */
	private volatile String chroot = "";

	Connection(Source source, Duration asked, Observer observer) {
		this.source = source;
		this.asked = asked;
		this.observer = observer;
		this.handle = source.handle(asked, this);
	}

	/** Called on the handle's event thread, which must never wait. */
	@Override
	public void process(WatchedEvent event) {
		if (event.getType() != Event.EventType.None) {
			this.observer.onNode(this, event);
			return;
		}
		this.disconnected = event.getState() == Event.KeeperState.Disconnected;
		this.ended |= event.getState() == Event.KeeperState.Expired || event.getState() == Event.KeeperState.Closed;
		signal();
		this.observer.onState(this, event.getState());
	}

	/** The session timeout that was asked for. */
	Duration asked() {
		return this.asked;
	}

	/** The session timeout that the server granted. */
	Duration granted() {
		return Duration.ofMillis(this.handle.getSessionTimeout());
	}

	ZooKeeper handle() {
		return this.handle;
	}

	long sessionId() {
		return this.handle.getSessionId();
	}

	boolean isShared() {
		return this.source.isShared();
	}

	boolean isOver() {
		return this.ended || !this.handle.getState().isAlive();
	}

	boolean isConnected() {
		return !this.ended && !this.disconnected && this.handle.getState().isConnected();
	}

	boolean isRefused() {
		return this.handle.getState() == ZooKeeper.States.AUTH_FAILED;
	}

	/**
	 * Wait until it is connected or over.
	 * @param nanos how long
	 * @return {@code false} if it is neither
	 */
	boolean awaitConnected(long nanos) throws InterruptedException {
		if (isConnected()) {
			return true;
		}
		this.guard.lock();
		try {
			long left = nanos;
			// the state is set before its event is sent
			while (!isConnected() && !isOver()) {
				if (left <= 0) {
					return false;
				}
				// the application's handle tells nothing before the first watch is set
				long slice = isShared() ? Math.min(left, LOOK) : left;
				left -= slice - Math.max(this.stateChanged.awaitNanos(slice), 0);
			}
			return true;
		}
		finally {
			this.guard.unlock();
		}
	}

	CompletableFuture<Reply<Created>> create(String path, byte[] data, CreateMode mode) {
		CompletableFuture<Reply<Created>> future = new CompletableFuture<>();
		this.handle.create(path, data, this.source.acl(), mode,
				(rc, asked, context, name, stat) -> future.complete(Reply.of(rc, new Created(name, stat))), null);
		return future;
	}

	CompletableFuture<Reply<Read>> get(String path) {
		CompletableFuture<Reply<Read>> future = new CompletableFuture<>();
		this.handle.getData(path, false,
				(rc, asked, context, data, stat) -> future.complete(Reply.of(rc, new Read(data, stat))), null);
		return future;
	}

	CompletableFuture<Reply<Stat>> set(String path, byte[] data, int version) {
		CompletableFuture<Reply<Stat>> future = new CompletableFuture<>();
		this.handle.setData(path, data, version, (rc, asked, context, stat) -> future.complete(Reply.of(rc, stat)),
				null);
		return future;
	}

	CompletableFuture<Reply<Void>> delete(String path, int version) {
		CompletableFuture<Reply<Void>> future = new CompletableFuture<>();
		this.handle.delete(path, version, (rc, asked, context) -> future.complete(Reply.of(rc, null)), null);
		return future;
	}

	CompletableFuture<Reply<List<String>>> children(String path) {
		CompletableFuture<Reply<List<String>>> future = new CompletableFuture<>();
		this.handle.getChildren(path, false, (rc, asked, context, names) -> future.complete(Reply.of(rc, names)), null);
		return future;
	}

	/** All ephemeral nodes of this session below a path. */
	CompletableFuture<Reply<List<String>>> ephemerals(String prefix) {
		CompletableFuture<Reply<List<String>>> future = new CompletableFuture<>();
		// the only request for which the client forgets the chroot
		String root = this.chroot;
		this.handle.getEphemerals(root + prefix,
				(rc, context, paths) -> future.complete(Reply.of(rc,
						(paths != null) ? paths.stream().map((path) -> path.substring(root.length())).toList() : null)),
				null);
		return future;
	}

	/**
	 * Find out the chroot of a handle that is not our own.
	 * @param known one of the session's ephemeral nodes, found nowhere else
	 */
	CompletableFuture<Reply<Void>> findChroot(String known) {
		CompletableFuture<Reply<Void>> future = new CompletableFuture<>();
		this.handle.getEphemerals("/", (rc, context, paths) -> {
			for (String path : (paths != null) ? paths : List.<String>of()) {
				if (path.endsWith(known)) {
					this.chroot = path.substring(0, path.length() - known.length());
				}
			}
			future.complete(Reply.of(rc, null));
		}, null);
		return future;
	}

	CompletableFuture<Reply<List<OpResult>>> multi(Op... operations) {
		CompletableFuture<Reply<List<OpResult>>> future = new CompletableFuture<>();
		this.handle.multi(Arrays.asList(operations),
				(rc, path, context, results) -> future.complete(Reply.of(rc, results)), null);
		return future;
	}

	/** Let what is read after this be at least as new as what the leader has now. */
	CompletableFuture<Reply<Void>> sync(String path) {
		CompletableFuture<Reply<Void>> future = new CompletableFuture<>();
		this.handle.sync(path, (rc, asked, context) -> future.complete(Reply.of(rc, null)), null);
		return future;
	}

	CompletableFuture<Reply<Void>> watch(String path, AddWatchMode mode) {
		CompletableFuture<Reply<Void>> future = new CompletableFuture<>();
		this.handle.addWatch(path, this, mode, (rc, asked, context) -> future.complete(Reply.of(rc, null)), null);
		return future;
	}

	/** A path is watched by nobody else on this handle. */
	void unwatch(String path) {
		// removing one watcher of a path would leave the server's watch in place
		this.handle.removeAllWatches(path, WatcherType.Any, true, (rc, asked, context) -> {
		}, null);
	}

	Op creation(String path, byte[] data, CreateMode mode) {
		return Op.create(path, data, this.source.acl(), mode);
	}

	/**
	 * End the session. Waits for the server's answer, as long as the handle's request
	 * timeout; what cannot be told in that time is left to expire.
	 */
	void close() {
		// interrupted, it would not wait
		boolean interrupted = Thread.interrupted();
		try {
			this.handle.close();
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		finally {
			this.ended = true;
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Drop the connection and leave the session to expire. */
	void abandon() {
		this.ended = true;
		// no way of closing does that: the handle's threads end, the server hears nothing
		this.handle.getTestable().injectSessionExpiration();
	}

	private void signal() {
		this.guard.lock();
		try {
			this.stateChanged.signalAll();
		}
		finally {
			this.guard.unlock();
		}
	}

	@Override
	public String toString() {
		return this.source.toString();
	}

	/**
	 * Told of what happens, on the event thread.
	 */
	interface Observer {

		void onState(Connection connection, Event.KeeperState state);

		void onNode(Connection connection, WatchedEvent event);

	}

	/**
	 * An answer.
	 *
	 * @param <T> what is answered if it is {@link Code#OK}
	 * @param code ZooKeeper's code
	 * @param value the answer
	 */
	record Reply<T>(Code code, @Nullable T value) {

		static <T> Reply<T> of(int code, @Nullable T value) {
			Code known = Code.get(code);
			return new Reply<>((known != null) ? known : Code.SYSTEMERROR, (code == 0) ? value : null);
		}

		boolean isOk() {
			return this.code == Code.OK;
		}

		T get() {
			if (this.value == null) {
				throw new IllegalStateException("there is no answer but " + this.code);
			}
			return this.value;
		}

	}

	/**
	 * A node that was created.
	 *
	 * @param path its path, with its number
	 * @param stat its state
	 */
	record Created(String path, Stat stat) {
	}

	/**
	 * A node that was read.
	 *
	 * @param data its data
	 * @param stat its state
	 */
	record Read(byte @Nullable [] data, Stat stat) {
	}

}
