package io.github.coordination.recipe;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;

import io.github.coordination.CoordinationException;
import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that take the same lock over and over while a test disturbs its store. They go
 * on whatever the store does to them; in the end nobody may have held the lock together
 * with somebody else, or with a token that is not greater than the one before.
 */
public final class ExclusionCheck implements AutoCloseable {

	private static final String LOCK = "exclusion";

	/** Long enough for somebody else to come in if the lock lets him. */
	private static final long SECTION = TimeUnit.MILLISECONDS.toNanos(2);

	private static final int PROGRESS = 20;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Queue<Held> history = new ConcurrentLinkedQueue<>();

	private final List<Worker<Void>> workers = new CopyOnWriteArrayList<>();

	private volatile boolean ended;

	/**
	 * Start one more thread.
	 * @param coordinator whose lock it takes
	 */
	public void start(Coordinator coordinator) {
		this.workers.add(Worker.start(() -> {
			while (!this.ended) {
				try {
					hold(coordinator.lock(LOCK).acquire(Duration.ofSeconds(20)));
				}
				catch (CoordinationException ex) {
					// the store is away, or the session was lost: once more
				}
			}
			return null;
		}));
	}

	/** Wait until the lock was held some more times. */
	public void awaitProgress() {
		int before = this.history.size();
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.history.size() > before + PROGRESS);
	}

	/** Let the threads end, wait until they have, and look at what they did. */
	public void finish() {
		close();
		this.workers.forEach(Worker::result);
		List<Held> inOrder = this.history.stream().sorted(Comparator.comparingLong(Held::from)).toList();
		for (int i = 1; i < inOrder.size(); i++) {
			assertThat(inOrder.get(i).from()).isGreaterThan(inOrder.get(i - 1).until());
			assertThat(inOrder.get(i).token()).isGreaterThan(inOrder.get(i - 1).token());
		}
	}

	/** Let the threads end. */
	@Override
	public void close() {
		this.ended = true;
	}

	private void hold(LockHandle handle) {
		try (handle) {
			long from = System.nanoTime();
			long until = from;
			while (until - from < SECTION) {
				LockSupport.parkNanos(from + SECTION - until);
				until = System.nanoTime();
			}
			// only what was believed until then counts
			if (handle.isHeld()) {
				this.history.add(new Held(handle.fencingToken().value(), from, until));
			}
		}
	}

	/**
	 * Somebody held the lock.
	 *
	 * @param token with which token
	 * @param from when the lock was certainly held, by the monotonic clock
	 * @param until when it was still held
	 */
	private record Held(long token, long from, long until) {
	}

}
