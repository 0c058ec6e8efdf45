package io.github.coordination.recipe;

import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;

/**
 * The local side of a queue: the order in which threads of this process go to the store,
 * and one watch for all of them. It is created in use, and of no use any more once nobody
 * uses it.
 */
final class LocalQueue {

	private static final AtomicIntegerFieldUpdater<LocalQueue> USERS = AtomicIntegerFieldUpdater
		.newUpdater(LocalQueue.class, "users");

	private static final AtomicIntegerFieldUpdater<LocalQueue> LINGERING = AtomicIntegerFieldUpdater
		.newUpdater(LocalQueue.class, "lingering");

	private static final AtomicReferenceFieldUpdater<LocalQueue, QueueWatch> WATCH = AtomicReferenceFieldUpdater
		.newUpdater(LocalQueue.class, QueueWatch.class, "watch");

	private final Directory directory;

	private final int permits;

	private final Semaphore gate;

	/** Made when somebody first has to wait: most names are never waited for. */
	private volatile @Nullable QueueWatch watch;

	/** Zero is final. */
	private volatile int users = 1;

	/** One while a use that has ended still counts. */
	private volatile int lingering;

	LocalQueue(Directory directory, int permits) {
		this.directory = directory;
		this.permits = permits;
		this.gate = new Semaphore(permits, true);
	}

	Directory directory() {
		return this.directory;
	}

	int permits() {
		return this.permits;
	}

	/** First come, first served among the threads of this process. */
	Semaphore gate() {
		return this.gate;
	}

	/** Use it too; {@code false} if its last user has left. */
	boolean enter() {
		return USERS.getAndUpdate(this, (count) -> (count == 0) ? 0 : count + 1) != 0;
	}

	/** End one use; {@code true} if it was the last. */
	boolean leave() {
		return USERS.decrementAndGet(this) == 0;
	}

	/** Let one use count on after its end; {@code false} if one does already. */
	boolean linger() {
		return LINGERING.compareAndSet(this, 0, 1);
	}

	/** End the use that counted on; {@code true} if it was the last. */
	boolean endLinger() {
		return LINGERING.compareAndSet(this, 1, 0) && leave();
	}

	/** End the use that counts on, if there is no other; {@code true} if so. */
	boolean endIdle() {
		return this.users == 1 && endLinger();
	}

	/**
	 * Whether everything that happens in the queue is reported to inboxes from now on.
	 */
	boolean isWatched() {
		QueueWatch existing = this.watch;
		return existing != null && existing.isOpen();
	}

	QueueWatch watch(CoordinationBackend backend) {
		if (this.watch == null) {
			WATCH.compareAndSet(this, null, new QueueWatch(backend, this.directory));
		}
		return Objects.requireNonNull(this.watch);
	}

	void close() {
		QueueWatch existing = this.watch;
		if (existing != null) {
			existing.close();
		}
	}

}
