package io.github.coordination.recipe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.coordination.MisuseException;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;

/**
 * The local side of every queue somebody here uses, and nothing else: a name is forgotten
 * when the last user leaves, or, if it was watched, when it was not used for a while.
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
		return this.queues.compute(directory, (key, found) -> {
			LocalQueue queue = (found != null) ? found : new LocalQueue(this.backend, key, permits);
			if (queue.permits() != permits) {
				throw new MisuseException("'" + key.name() + "' is used with " + queue.permits() + " and with "
						+ permits + " permits in this process: use the same number everywhere");
			}
			queue.users++;
			return queue;
		});
	}

	void leave(LocalQueue left) {
		this.queues.computeIfPresent(left.directory(), (key, queue) -> {
			if (--queue.users > 0) {
				return queue;
			}
			if (!queue.isWatched()) {
				return null;
			}
			// a watch costs more than it weighs: whoever comes back soon finds it open
			long visit = ++queue.visits;
			this.environment.timer()
				.schedule(this.linger, () -> this.environment.callbacks().execute(() -> forget(queue, visit)));
			return queue;
		});
	}

	/** Return how many queues are in use or remembered. */
	int size() {
		return this.queues.size();
	}

	@Override
	public void close() {
		this.queues.values().forEach(LocalQueue::close);
		this.queues.clear();
	}

	private void forget(LocalQueue idle, long visit) {
		LocalQueue kept = this.queues.computeIfPresent(idle.directory(),
				(key, queue) -> (queue == idle && queue.users == 0 && queue.visits == visit) ? null : queue);
		if (kept != idle) {
			idle.close();
		}
	}

}
