package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stretch of network between a client and a server on this machine, to be disturbed. It
 * knows nothing of what it carries. Disturbances hold for connections that exist and for
 * new ones until {@link #pass()}.
 */
public final class TcpProxy implements AutoCloseable {

	private final ServerSocket listening;

	private final int target;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Set<Direction> dropped = EnumSet.noneOf(Direction.class);

	private final Set<Direction> held = EnumSet.noneOf(Direction.class);

	private final AtomicInteger lostReplies = new AtomicInteger();

	private Duration delay = Duration.ZERO;

	private int waiting;

	private volatile boolean refusing;

	private TcpProxy(int target) {
		this.target = target;
		try {
			this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start("accept", this::accept);
	}

	/**
	 * Start a proxy on a free port of 127.0.0.1.
	 * @param port the server's port on this machine
	 * @return the proxy
	 */
	public static TcpProxy to(int port) {
		return new TcpProxy(port);
	}

	/**
	 * Return where clients connect to.
	 * @return the port
	 */
	public int port() {
		return this.listening.getLocalPort();
	}

	/** End all disturbances; what was held goes on its way. */
	public void pass() {
		change(() -> {
			this.dropped.clear();
			this.held.clear();
			this.delay = Duration.ZERO;
			this.refusing = false;
		});
	}

	/**
	 * Let everything take longer.
	 * @param delay how much longer each piece takes, one way
	 */
	public void delay(Duration delay) {
		change(() -> this.delay = delay);
	}

	/**
	 * Swallow what goes one way, or both. Connections stay open and new ones are
	 * accepted: nobody is told of anything.
	 * @param directions which ways
	 */
	public void drop(Direction... directions) {
		change(() -> this.dropped.addAll(List.of(directions)));
	}

	/**
	 * Keep what goes one way until {@link #pass()}.
	 * @param direction which way
	 */
	public void hold(Direction direction) {
		change(() -> this.held.add(direction));
	}

	/**
	 * Return whether something is kept.
	 * @return whether a piece waits for {@link #pass()}
	 */
	public boolean isHolding() {
		this.lock.lock();
		try {
			return this.waiting > 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Cut the next connection on which the server replies, in place of passing the reply
	 * on: it has done what it was asked, and the client will not learn that.
	 */
	public void loseNextReply() {
		this.lostReplies.set(1);
	}

	/**
	 * Return whether the reply of {@link #loseNextReply()} was lost.
	 * @return whether the next reply is passed on again
	 */
	public boolean hasLostReply() {
		return this.lostReplies.get() == 0;
	}

	/** Cut all connections. */
	public void cut() {
		this.links.forEach(Link::close);
	}

	/** Cut all connections and refuse new ones until {@link #pass()}. */
	public void refuse() {
		this.refusing = true;
		cut();
	}

	@Override
	public void close() {
		try {
			this.listening.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		cut();
		pass();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.listening.accept();
				if (this.refusing) {
					client.close();
					continue;
				}
				connect(client);
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void connect(Socket client) throws IOException {
		Socket server;
		try {
			server = new Socket(InetAddress.getLoopbackAddress(), this.target);
		}
		catch (IOException ex) {
			client.close();
			return;
		}
		client.setTcpNoDelay(true);
		server.setTcpNoDelay(true);
		Link link = new Link(client, server);
		this.links.add(link);
		if (this.refusing || this.listening.isClosed()) {
			link.close();
		}
		start("requests", () -> pump(link, client, server, Direction.TO_SERVER));
		start("replies", () -> pump(link, server, client, Direction.TO_CLIENT));
	}

	private void pump(Link link, Socket from, Socket to, Direction direction) {
		byte[] piece = new byte[16 * 1024];
		try {
			int length = from.getInputStream().read(piece);
			while (length >= 0) {
				if (direction == Direction.TO_CLIENT && this.lostReplies.compareAndSet(1, 0)) {
					return;
				}
				if (admit(direction)) {
					to.getOutputStream().write(piece, 0, length);
				}
				length = from.getInputStream().read(piece);
			}
		}
		catch (IOException ex) {
			// cut from one side or the other
		}
		finally {
			link.close();
			this.links.remove(link);
		}
	}

	/** Wait as long as a piece has to; say whether it goes on. */
	private boolean admit(Direction direction) throws IOException {
		this.lock.lock();
		try {
			long nanos = this.delay.toNanos();
			while (nanos > 0 && !this.delay.isZero()) {
				nanos = this.changed.awaitNanos(nanos);
			}
			this.waiting++;
			while (this.held.contains(direction)) {
				this.changed.await();
			}
			this.waiting--;
			return !this.dropped.contains(direction);
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void start(String name, Runnable task) {
		Thread thread = new Thread(task, "proxy-" + port() + "-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * A way through the network.
	 */
	public enum Direction {

		/** Requests. */
		TO_SERVER,

		/** Replies and whatever the server tells. */
		TO_CLIENT

	}

	/**
	 * A connection: both halves of it.
	 *
	 * @param client the client's half
	 * @param server the server's half
	 */
	private record Link(Socket client, Socket server) {

		void close() {
			try (this.client; this.server) {
				// a reset tells the peer at once
				this.client.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// closed already
			}
		}

	}

}
