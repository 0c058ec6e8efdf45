package io.github.coordination.backend.redis;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.MisuseException;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * All watches, on one connection. A directory is a channel, subscribed to while somebody
 * watches it, so that nobody hears of names that do not concern him. The server sends
 * what its scripts publish in the order in which they ran. A channel that is confirmed
 * once more was interrupted, whoever noticed it first: changes may have gone unreported.
 */
final class RedisChannels extends RedisPubSubAdapter<byte[], byte[]> implements AutoCloseable {

	private static final System.Logger LOGGER = System.getLogger(RedisChannels.class.getName());

	private final RedisClients clients;

	private final Duration callTimeout;

	private final Environment environment;

	private final Map<String, Channel> channels = new ConcurrentHashMap<>();

	/** Subscriptions are sent in the order in which they are decided. */
	private final ReentrantLock deciding = new ReentrantLock();

	private volatile @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;

	private @Nullable Future<?> ping;

	private volatile boolean closed;

	RedisChannels(RedisClients clients, Duration callTimeout, Environment environment) {
		this.clients = clients;
		this.callTimeout = callTimeout;
		this.environment = environment;
	}

	/** Watch a channel. Blocks until the server has confirmed it. */
	Watch watch(String name, WatchListener listener) {
		ChangeFeed feed = new ChangeFeed(listener, this.environment.callbacks());
		Deadline deadline = deadline();
		Channel channel;
		if (!deadline.lock(this.deciding)) {
			throw new BackendUnavailableException("Redis cannot be reached: connecting takes too long");
		}
		try {
			if (this.connection == null) {
				// connecting has a limit of its own
				connection();
				deadline = deadline();
			}
			Channel known = this.channels.get(name);
			channel = (known != null && !known.hasFailed()) ? known : subscribe(connection(), name, known);
			channel.feeds.add(feed);
		}
		catch (RedisException ex) {
			throw RedisFailures.unreachable(ex);
		}
		finally {
			this.deciding.unlock();
		}
		Watch watch = () -> unwatch(channel, feed);
		try {
			await(channel.confirmed, deadline);
			return watch;
		}
		catch (RuntimeException ex) {
			watch.close();
			throw ex;
		}
	}

	private Deadline deadline() {
		return Deadline.after(this.environment.clock(), this.callTimeout);
	}

	/**
	 * Look whether the server still answers here: nothing is sent otherwise, so that
	 * silence would not be noticed. Does not block.
	 */
	void probe() {
		if (this.channels.isEmpty() || !this.deciding.tryLock()) {
			return;
		}
		try {
			StatefulRedisPubSubConnection<byte[], byte[]> current = this.connection;
			if (current != null && (this.ping == null || this.ping.isDone())) {
				this.ping = current.async().ping();
			}
			else {
				this.environment.callbacks().execute(() -> replace(current));
			}
		}
		finally {
			this.deciding.unlock();
		}
	}

	/** The server is not the right one any more: ask for another. Does not block. */
	void move() {
		this.environment.callbacks().execute(() -> replace(this.connection));
	}

	/** Whether anybody watches anything. */
	boolean isInUse() {
		return !this.channels.isEmpty();
	}

	@Override
	public void message(byte[] name, byte[] message) {
		Channel channel = this.channels.get(text(name));
		if (channel != null) {
			channel.tell(change(message));
		}
	}

	@Override
	public void subscribed(byte[] name, long count) {
		String known = text(name);
		Channel channel = this.channels.get(known);
		if (channel == null) {
			// subscribed to again after the connection was lost, and with it the word
			// that nobody watches it any more
			this.environment.callbacks().execute(() -> leave(known));
		}
		else {
			if (channel.announced) {
				channel.tell(Change.UNKNOWN);
			}
			channel.announced = true;
			channel.confirmed.complete(null);
		}
	}

	/** Tell nobody anything any more. The connection ends with those who made it. */
	@Override
	public void close() {
		this.deciding.lock();
		try {
			this.closed = true;
			this.channels.values().forEach((channel) -> channel.feeds.forEach(ChangeFeed::close));
			this.channels.clear();
		}
		finally {
			this.deciding.unlock();
		}
	}

	/**
	 * While deciding: find or make the connection. What was subscribed to on the one
	 * before is subscribed to again.
	 */
	private StatefulRedisPubSubConnection<byte[], byte[]> connection() {
		if (this.closed) {
			throw closed();
		}
		StatefulRedisPubSubConnection<byte[], byte[]> current = this.connection;
		if (current == null) {
			current = this.clients.connectPubSub();
			current.addListener(this);
			this.connection = current;
			this.ping = null;
			StatefulRedisPubSubConnection<byte[], byte[]> made = current;
			this.channels.forEach((name, channel) -> subscribe(made, name, channel));
		}
		return current;
	}

	private void replace(@Nullable StatefulRedisPubSubConnection<byte[], byte[]> silent) {
		this.deciding.lock();
		try {
			if (this.connection != silent || this.closed || this.channels.isEmpty()) {
				return;
			}
			if (silent != null) {
				silent.removeListener(this);
				silent.closeAsync();
				this.connection = null;
			}
			connection();
		}
		catch (RedisException ex) {
			LOGGER.log(Level.DEBUG, "no connection for watches: {0}", RedisFailures.describe(ex));
			this.environment.timer()
				.schedule(this.callTimeout, () -> this.environment.callbacks().execute(() -> replace(null)));
		}
		finally {
			this.deciding.unlock();
		}
	}

	/** Tell it nothing any more. Does not block. */
	private void unwatch(Channel channel, ChangeFeed feed) {
		feed.close();
		if (this.deciding.tryLock()) {
			try {
				remove(channel, feed);
			}
			finally {
				this.deciding.unlock();
			}
		}
		else {
			// somebody may be connecting
			this.environment.callbacks().execute(() -> remove(channel, feed));
		}
	}

	private void remove(Channel channel, ChangeFeed feed) {
		this.deciding.lock();
		try {
			if (channel.feeds.remove(feed) && channel.feeds.isEmpty() && this.channels.remove(channel.name, channel)) {
				unsubscribe(channel.name);
			}
		}
		finally {
			this.deciding.unlock();
		}
	}

	/** Leave a channel that nobody watches, unless somebody does by now. */
	private void leave(String name) {
		this.deciding.lock();
		try {
			if (!this.channels.containsKey(name)) {
				unsubscribe(name);
			}
		}
		finally {
			this.deciding.unlock();
		}
	}

	/**
	 * While deciding. Without an answer: if it is lost, the channel is announced again.
	 */
	private void unsubscribe(String name) {
		if (this.connection != null && !this.closed) {
			this.connection.async().unsubscribe(RedisKeys.latin1(name));
		}
	}

	/** While deciding: register first, so that the server's word finds whom it is for. */
	private Channel subscribe(StatefulRedisPubSubConnection<byte[], byte[]> current, String name,
			@Nullable Channel known) {
		CompletableFuture<Void> confirmed = new CompletableFuture<>();
		Channel channel = (known != null) ? known : new Channel(name, confirmed);
		channel.confirmed = confirmed;
		this.channels.put(name, channel);
		current.async().subscribe(RedisKeys.latin1(name)).whenComplete((done, failure) -> {
			// success says only that some channel was confirmed: this one is in
			// subscribed
			if (failure != null && confirmed.completeExceptionally(failure)
					&& !(failure instanceof RedisCommandExecutionException)) {
				// the client makes again only what was confirmed before
				this.environment.callbacks().execute(() -> replace(current));
			}
		});
		return channel;
	}

	private void await(Future<?> confirmed, Deadline deadline) {
		try {
			deadline.await(confirmed);
		}
		catch (TimeoutException ex) {
			throw new BackendUnavailableException("Redis has not confirmed a watch within " + this.callTimeout);
		}
		catch (ExecutionException ex) {
			throw this.closed ? closed() : RedisFailures.unreachable(ex);
		}
	}

	private static MisuseException closed() {
		return new MisuseException("the coordinator is closed");
	}

	private static Change change(byte[] message) {
		if (message.length > 1 && (message[0] == '+' || message[0] == '-')) {
			String id = new String(message, 1, message.length - 1, StandardCharsets.UTF_8);
			return (message[0] == '+') ? Change.written(id) : Change.removed(id);
		}
		return Change.UNKNOWN;
	}

	private static String text(byte[] name) {
		return new String(name, StandardCharsets.ISO_8859_1);
	}

	/**
	 * A channel that somebody watches.
	 */
	private static final class Channel {

		private final String name;

		private final List<ChangeFeed> feeds = new CopyOnWriteArrayList<>();

		private volatile CompletableFuture<Void> confirmed;

		/** Whether the server has confirmed it, perhaps on a connection before. */
		private volatile boolean announced;

		Channel(String name, CompletableFuture<Void> confirmed) {
			this.name = name;
			this.confirmed = confirmed;
		}

		boolean hasFailed() {
			return this.confirmed.isCompletedExceptionally();
		}

		/** On the client's thread, so that changes stay in order. */
		void tell(Change change) {
			for (ChangeFeed feed : this.feeds) {
				feed.report(change);
			}
		}

	}

}
