package io.github.coordination.recipe;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.coordination.MisuseException;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;

/**
 * The local side of every queue somebody here uses, and nothing else: a name is forgotten
 * when the last user leaves, or, if it is watched, a while later.
 */
final class LocalQueues implements AutoCloseable {

	private final CoordinationBackend backend;

	private final Environment environment;

	private final Duration linger;

	private final Map<Directory, LocalQueue> queues = new ConcurrentHashMap<>();

	LocalQueues(CoordinationBackend backend, Environment environment, Duration linger) {
		this.backend = backend;
		this.environment = environment;
		this.linger = linger;
	}

	/** Use a queue, until {@link #leave}. */
	LocalQueue enter(Directory directory, int permits) {
		while (true) {
			LocalQueue queue = this.queues.get(directory);
			if (queue == null) {
				queue = new LocalQueue(directory, permits);
				if (this.queues.putIfAbsent(directory, queue) == null) {
					return queue;
				}
			}
			else if (queue.permits() != permits && queue.endIdle()) {
				close(queue);
			}
			else if (queue.permits() != permits) {
				throw new MisuseException("'" + directory.name() + "' is used with " + queue.permits() + " and with "
						+ permits + " permits in this process: use the same number everywhere");
			}
			else if (queue.enter()) {
				return queue;
			}
			else {
				// its last user has just left and is about to do this too
				this.queues.remove(directory, queue);
			}
		}
	}

	void leave(LocalQueue queue) {
		if (queue.isWatched() && queue.linger()) {
			// a watch costs more than it weighs: whoever comes back soon finds it open
			this.environment.timer()
				.schedule(this.linger, () -> this.environment.callbacks().execute(() -> forget(queue)));
		}
		else if (queue.leave()) {
			close(queue);
		}
	}

	/** The watch that all waiting threads of a queue share; it may not be open yet. */
	QueueWatch watch(LocalQueue queue) {
		return queue.watch(this.backend);
	}

	/** What is in use or lingers; what comes and goes meanwhile may show or not. */
	Collection<LocalQueue> inUse() {
		return this.queues.values();
	}

	/** Return how many queues are in use or linger. */
	int size() {
		return this.queues.size();
	}

	@Override
	public void close() {
		this.queues.values().forEach(this::close);
	}

	private void forget(LocalQueue queue) {
		if (queue.endLinger()) {
			close(queue);
		}
	}

	private void close(LocalQueue queue) {
		this.queues.remove(queue.directory(), queue);
		queue.close();
	}

}
