package io.github.coordination.backend.zookeeper;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.backend.zookeeper.Connection.Reply;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Timer;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * What is watched on one connection: a persistent recursive watch for each directory,
 * shared by all its listeners. ZooKeeper takes it for a directory that does not exist
 * too, keeps it when that comes and goes, and sets it again by itself on another server;
 * what happened in between is not told, so that listeners are told that anything may have
 * happened.
 */
final class Watches implements AutoCloseable {

	/** Held for what is sent, which decides the order; never while waiting. */
	private final ReentrantLock order = new ReentrantLock();

	private final Map<String, Topic> topics = new ConcurrentHashMap<>();

	private final Timer timer;

	private final Duration pause;

	private volatile @Nullable Connection connection;

	/**
	 * Watch nothing yet.
	 * @param timer what asks again
	 * @param pause how long to wait before a watch that was refused is asked for again
	 */
	Watches(Timer timer, Duration pause) {
		this.timer = timer;
		this.pause = pause;
	}

	boolean isEmpty() {
		return this.topics.isEmpty();
	}

	/**
	 * Begin to report a directory's changes.
	 * @param call how long it may take
	 * @param path the directory's path
	 * @param feed where to report them
	 * @return the watch, confirmed by the server
	 */
	Watch add(Call call, String path, ChangeFeed feed) {
		Topic topic;
		CompletableFuture<Reply<Void>> confirmed;
		this.order.lock();
		try {
			topic = this.topics.computeIfAbsent(path, Topic::new);
			topic.feeds.add(feed);
			confirmed = topic.require(this.connection);
		}
		finally {
			this.order.unlock();
		}
		Watch watch = () -> remove(topic, feed);
		try {
			Reply<Void> reply = call.read(confirmed);
			if (!reply.isOk()) {
				throw call.refused(reply.code(), path);
			}
			return watch;
		}
		catch (RuntimeException ex) {
			watch.close();
			throw ex;
		}
	}

	private void remove(Topic topic, ChangeFeed feed) {
		feed.close();
		this.order.lock();
		try {
			if (topic.feeds.remove(feed) && topic.feeds.isEmpty() && this.topics.remove(topic.path, topic)) {
				Connection watched = this.connection;
				if (watched != null && !watched.isOver()) {
					// what is sent after this, such as the same watch again, is done
					// after it
					watched.unwatch(topic.path);
				}
			}
		}
		finally {
			this.order.unlock();
		}
	}

	/** Watch everything on another connection. */
	void moveTo(Connection next) {
		this.order.lock();
		try {
			Connection former = this.connection;
			this.connection = next;
			for (Topic topic : this.topics.values()) {
				if (former != null && former != next && !former.isOver()) {
					former.unwatch(topic.path);
				}
				topic.renew(next);
			}
		}
		finally {
			this.order.unlock();
		}
	}

	/** A connection was made or made again. */
	void onConnected(Connection source) {
		this.order.lock();
		try {
			if (source == this.connection) {
				for (Topic topic : this.topics.values()) {
					topic.require(source);
					topic.tell(Change.UNKNOWN);
				}
			}
		}
		finally {
			this.order.unlock();
		}
	}

	/** Anything may have happened, or go unreported for a while. */
	void tellAll() {
		this.topics.values().forEach((topic) -> topic.tell(Change.UNKNOWN));
	}

	void onNode(Connection source, WatchedEvent event) {
		String path = event.getPath();
		if (event.getType() == EventType.PersistentWatchRemoved) {
			if (source.isShared()) {
				restore(source, path);
			}
			return;
		}
		int slash = path.lastIndexOf('/');
		Topic topic = (source == this.connection) ? this.topics.get(path.substring(0, slash)) : null;
		Layout.NodeName node = (topic != null) ? Layout.NodeName.parse(path.substring(slash + 1)) : null;
		if (topic == null || node == null) {
			return;
		}
		EventType type = event.getType();
		if (type == EventType.NodeDeleted) {
			topic.tell(Change.removed(node.id()));
		}
		else if (type == EventType.NodeCreated || type == EventType.NodeDataChanged) {
			topic.tell(Change.written(node.id()));
		}
	}

	/** Another backend on the application's handle has stopped watching a directory. */
	private void restore(Connection source, String path) {
		this.order.lock();
		try {
			Topic topic = this.topics.get(path);
			if (topic != null && source == this.connection) {
				topic.renew(source);
			}
		}
		finally {
			this.order.unlock();
		}
	}

	@Override
	public void close() {
		this.order.lock();
		try {
			for (Topic topic : List.copyOf(this.topics.values())) {
				topic.feeds.forEach((feed) -> remove(topic, feed));
			}
		}
		finally {
			this.order.unlock();
		}
	}

	/**
	 * A directory that is watched.
	 */
	private final class Topic {

		private final String path;

		private final List<ChangeFeed> feeds = new CopyOnWriteArrayList<>();

		/** The connection it was asked for on; guarded by the order, as is the answer. */
		private @Nullable Connection carrier;

		private @Nullable CompletableFuture<Reply<Void>> answer;

		Topic(String path) {
			this.path = path;
		}

		/** Ask for it, unless that was done there and is not refused. */
		CompletableFuture<Reply<Void>> require(@Nullable Connection connection) {
			CompletableFuture<Reply<Void>> known = this.answer;
			if (connection == null) {
				throw new BackendUnavailableException("there is no connection to ZooKeeper");
			}
			if (known == null) {
				return ask(connection);
			}
			boolean refused = known.isDone() && !known.join().isOk();
			return (this.carrier != connection || refused) ? renew(connection) : known;
		}

		/** Ask for it again: what happened in between was not told. */
		CompletableFuture<Reply<Void>> renew(Connection connection) {
			CompletableFuture<Reply<Void>> asked = ask(connection);
			// told in order with what happens after it is set
			asked.thenAccept((reply) -> {
				tell(Change.UNKNOWN);
				if (!reply.isOk()) {
					Watches.this.timer.schedule(Watches.this.pause, this::retry);
				}
			});
			return asked;
		}

		private CompletableFuture<Reply<Void>> ask(Connection connection) {
			CompletableFuture<Reply<Void>> asked = connection.watch(this.path, AddWatchMode.PERSISTENT_RECURSIVE);
			this.carrier = connection;
			this.answer = asked;
			return asked;
		}

		/** It was refused, or the connection lost: only that is told of again. */
		private void retry() {
			Watches.this.order.lock();
			try {
				Connection watched = Watches.this.connection;
				if (watched != null && watched.isConnected() && Watches.this.topics.get(this.path) == this) {
					require(watched);
				}
			}
			finally {
				Watches.this.order.unlock();
			}
		}

		void tell(Change change) {
			for (ChangeFeed feed : this.feeds) {
				feed.report(change);
			}
		}

	}

}
