package io.github.coordination.backend.etcd;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.ChangeFeed;

/**
 * All watches of a namespace, over one watch of etcd. It is opened when the first
 * directory is watched, and closed some time after the last. It always begins at the
 * present: one that begins in the past is served late by etcd, and fails when that past
 * is compacted. So nothing is ever resumed. When it ends, for whatever reason, a new one
 * is opened, and then everybody is told that anything may have happened.
 */
final class EtcdChanges implements AutoCloseable {

	private static final System.Logger LOGGER = System.getLogger(EtcdChanges.class.getName());

	private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

	/** How long it stays open though nobody watches. */
	private static final Duration IDLE = Duration.ofSeconds(30);

	private final EtcdConnection connection;

	private final Keys keys;

	private final Environment environment;

	private final Duration timeout;

	/** By what the keys of the directory begin with. */
	private final Map<String, List<ChangeFeed>> feeds = new ConcurrentHashMap<>();

	private final ReentrantLock guard = new ReentrantLock();

	/** Written under the guard; {@code null} if there is none, or it ended. */
	private volatile @Nullable Stream stream;

	/** How often in a row it failed. */
	private final AtomicInteger failures = new AtomicInteger();

	/** Guarded: something may have gone unheard. */
	private boolean gap;

	/** Whether somebody will see if it is idle. */
	private final AtomicBoolean idling = new AtomicBoolean();

	private volatile boolean closed;

	EtcdChanges(EtcdConnection connection, Keys keys, BackendConfig config) {
		this.connection = connection;
		this.keys = keys;
		this.environment = config.environment();
		this.timeout = config.callTimeout();
	}

	Watch watch(Directory directory, WatchListener listener, Deadline deadline) {
		String prefix = this.keys.directory(directory);
		ChangeFeed feed = new ChangeFeed(listener, this.environment.callbacks());
		// first: whatever opens a stream from now on tells it
		this.feeds.compute(prefix, (key, found) -> {
			List<ChangeFeed> list = (found != null) ? found : new CopyOnWriteArrayList<>();
			list.add(feed);
			return list;
		});
		try {
			await(open(deadline), deadline);
		}
		catch (RuntimeException ex) {
			unwatch(prefix, feed);
			throw ex;
		}
		return () -> unwatch(prefix, feed);
	}

	/** End what is open; if anybody watches, it is opened anew. */
	void end(String why) {
		Stream current = this.stream;
		if (current != null) {
			current.end(new BackendUnavailableException(why));
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.feeds.values().forEach((list) -> list.forEach(ChangeFeed::close));
		this.feeds.clear();
		end("the client of etcd is closed");
	}

	private Stream open(Deadline deadline) {
		Stream current = this.stream;
		if (current != null) {
			return current;
		}
		// waits for an answer, and so not under the guard
		this.connection.authenticate(deadline);
		this.guard.lock();
		try {
			if (this.closed) {
				throw new BackendUnavailableException("the client of etcd is closed");
			}
			current = this.stream;
			if (current == null) {
				current = new Stream(this.connection.endpoint());
				this.stream = current;
				current.start();
			}
			return current;
		}
		finally {
			this.guard.unlock();
		}
	}

	private void await(Stream opened, Deadline deadline) {
		try {
			deadline.await(opened.confirmed);
		}
		catch (ExecutionException | TimeoutException ex) {
			Throwable reason = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new BackendUnavailableException(
					"etcd at " + opened.endpoint.server() + " has not confirmed the watch: " + reason.getMessage(), ex);
		}
	}

	private void unwatch(String prefix, ChangeFeed feed) {
		feed.close();
		this.feeds.computeIfPresent(prefix, (key, list) -> {
			list.remove(feed);
			return list.isEmpty() ? null : list;
		});
		if (this.feeds.isEmpty() && !this.closed && this.idling.compareAndSet(false, true)) {
			this.environment.timer().schedule(IDLE, this::closeIfIdle);
		}
	}

	private void closeIfIdle() {
		this.idling.set(false);
		// before it is seen that nobody watches: what is opened after that is somebody's
		Stream current = this.stream;
		if (current != null && this.feeds.isEmpty()) {
			current.end(new BackendUnavailableException("nobody watches"));
		}
	}

	/** At once, or after failures later and later. */
	private void reopenLater() {
		if (this.closed) {
			return;
		}
		int failed = this.failures.get();
		long longest = Math.min(FIRST_PAUSE.toNanos() << Math.min(failed, 6), LONGEST_PAUSE.toNanos());
		long pause = (failed == 0) ? 0 : this.environment.random().nextLong(longest / 2, longest + 1);
		this.environment.timer()
			.schedule(Duration.ofNanos(pause), () -> this.environment.callbacks().execute(this::tryOpen));
	}

	private void tryOpen() {
		if (this.closed || this.feeds.isEmpty()) {
			return;
		}
		try {
			open(this.connection.deadline());
		}
		catch (RuntimeException ex) {
			LOGGER.log(Level.DEBUG, "no watch could be opened", ex);
			this.failures.incrementAndGet();
			reopenLater();
		}
	}

	/**
	 * Return whether changes may have gone unheard since the last confirmation. One that
	 * comes after the end of its stream, from which nothing is heard, changes nothing.
	 */
	private boolean confirm(Stream confirmed) {
		this.guard.lock();
		try {
			if (this.stream != confirmed) {
				return false;
			}
			boolean missed = this.gap;
			this.gap = false;
			this.failures.set(0);
			return missed;
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * One watch of etcd, from its opening to its end. It is called on the connection's
	 * thread, one call after the other, and never blocks.
	 */
	private final class Stream implements StreamObserver<WatchResponse> {

		private final EtcdConnection.Endpoint endpoint;

		private final ClientCall<WatchRequest, WatchResponse> call;

		private final CompletableFuture<Boolean> confirmed = new CompletableFuture<>();

		/** What still comes is not heard. */
		private volatile boolean ended;

		Stream(EtcdConnection.Endpoint endpoint) {
			this.endpoint = endpoint;
			this.call = endpoint.channel().newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
		}

		void start() {
			WatchCreateRequest request = WatchCreateRequest.newBuilder()
				.setKey(ByteString.copyFromUtf8(EtcdChanges.this.keys.root()))
				.setRangeEnd(Keys.end(EtcdChanges.this.keys.root()))
				// a removed key that was in a queue does not say by itself whose it was
				.setPrevKv(true)
				.build();
			try {
				ClientCalls.asyncBidiStreamingCall(this.call, this)
					.onNext(WatchRequest.newBuilder().setCreateRequest(request).build());
			}
			catch (IllegalStateException ex) {
				// another call has just left this server, and so ended this one
				end(ex);
				return;
			}
			EtcdChanges.this.environment.timer().schedule(EtcdChanges.this.timeout, () -> {
				if (!this.confirmed.isDone()) {
					onError(new TimeoutException("the watch was not confirmed in time"));
				}
			});
		}

		@Override
		public void onNext(WatchResponse response) {
			if (this.ended) {
				return;
			}
			if (response.getCanceled()) {
				// by the server: compacted before it was served, or not permitted
				if (response.getCompactRevision() == 0) {
					EtcdChanges.this.connection.forgetToken();
				}
				EtcdChanges.this.failures.incrementAndGet();
				end(new BackendUnavailableException("etcd ended the watch: " + response.getCancelReason()));
			}
			else if (response.getCreated()) {
				if (confirm(this)) {
					EtcdChanges.this.feeds.values()
						.forEach((list) -> list.forEach((feed) -> feed.report(Change.UNKNOWN)));
				}
				this.confirmed.complete(true);
			}
			else {
				response.getEventsList().forEach(this::changed);
			}
		}

		@Override
		public void onError(Throwable failure) {
			if (!this.ended) {
				EtcdChanges.this.failures.incrementAndGet();
				end(failure);
				EtcdChanges.this.connection.leave(this.endpoint);
			}
		}

		@Override
		public void onCompleted() {
			onError(new BackendUnavailableException("etcd ended the watch"));
		}

		void end(Throwable reason) {
			EtcdChanges.this.guard.lock();
			try {
				if (this.ended) {
					return;
				}
				this.ended = true;
				EtcdChanges.this.stream = null;
				EtcdChanges.this.gap = true;
			}
			finally {
				EtcdChanges.this.guard.unlock();
			}
			LOGGER.log(Level.DEBUG, "the watch of {0} ended: {1}", EtcdChanges.this.keys.root(), reason);
			this.confirmed.completeExceptionally(reason);
			this.call.cancel("not used any longer", null);
			reopenLater();
		}

		private void changed(Event event) {
			String key = event.getKv().getKey().toStringUtf8();
			int start = EtcdChanges.this.keys.endOfDirectory(key);
			List<ChangeFeed> told = (start > 0) ? EtcdChanges.this.feeds.get(key.substring(0, start)) : null;
			if (told == null) {
				return;
			}
			boolean removed = event.getType() == Event.EventType.DELETE;
			String id = Keys.id(key, start, removed ? event.getPrevKv() : event.getKv());
			if (id != null) {
				// what it was may be compacted already
				Change change = id.isEmpty() ? Change.UNKNOWN : removed ? Change.removed(id) : Change.written(id);
				told.forEach((feed) -> feed.report(change));
			}
		}

	}

}
