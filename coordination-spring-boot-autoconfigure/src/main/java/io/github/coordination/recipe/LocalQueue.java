package io.github.coordination.recipe;

import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;

/**
 * The local side of a queue: the order in which threads of this process go to the store,
 * and one watch for all of them.
 */
final class LocalQueue {

	private static final AtomicReferenceFieldUpdater<LocalQueue, QueueWatch> WATCH = AtomicReferenceFieldUpdater
		.newUpdater(LocalQueue.class, QueueWatch.class, "watch");

	private final CoordinationBackend backend;

	private final Directory directory;

	private final int permits;

	private final Semaphore gate;

	/** Made when somebody first has to wait: most names are never waited for. */
	private volatile @Nullable QueueWatch watch;

	/** Guarded by the registry's entry. */
	int users;

	/** Guarded by the registry's entry. */
	long visits;

	LocalQueue(CoordinationBackend backend, Directory directory, int permits) {
		this.backend = backend;
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

	/**
	 * Whether everything that happens in the queue is reported to inboxes from now on.
	 */
	boolean isWatched() {
		QueueWatch existing = this.watch;
		return existing != null && existing.isOpen();
	}

	/** The watch that all waiting threads share; it may not be open yet. */
	QueueWatch watch() {
		QueueWatch existing = this.watch;
		if (existing == null) {
			WATCH.compareAndSet(this, null, new QueueWatch(this.backend, this.directory));
			existing = Objects.requireNonNull(this.watch);
		}
		return existing;
	}

	void close() {
		QueueWatch existing = this.watch;
		if (existing != null) {
			existing.close();
		}
	}

}
