package io.github.coordination.test;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Timer;

/**
 * Clock and timer that move only when they are told to. Tasks run in the thread that
 * advances the time, each at the moment it is due, those of one moment in the order in
 * which they were scheduled. Reading the clocks, scheduling and cancelling are safe from
 * any thread.
 */
public final class SimulatedTime implements Clock, Timer {

	/**
	 * A minute before the overflow, so that comparing times other than by difference
	 * shows.
	 */
	private static final long ORIGIN = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

	private static final Duration LONGEST_DELAY = Duration.ofDays(365 * 100);

	private final ReentrantLock guard = new ReentrantLock();

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(
			Comparator.comparingLong(Task::due).thenComparingLong(Task::number));

	private long scheduled;

	/** Nanoseconds since the beginning; guarded like everything that changes. */
	private long elapsed;

	private long wallMillis = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

	@Override
	public long nanoTime() {
		this.guard.lock();
		try {
			return ORIGIN + this.elapsed;
		}
		finally {
			this.guard.unlock();
		}
	}

	@Override
	public long currentTimeMillis() {
		this.guard.lock();
		try {
			return this.wallMillis + this.elapsed / 1_000_000;
		}
		finally {
			this.guard.unlock();
		}
	}

	@Override
	public Runnable schedule(Duration delay, Runnable task) {
		Duration positive = delay.isNegative() ? Duration.ZERO : delay;
		Duration bounded = (positive.compareTo(LONGEST_DELAY) < 0) ? positive : LONGEST_DELAY;
		this.guard.lock();
		try {
			Task added = new Task(this.elapsed + bounded.toNanos(), this.scheduled++, task);
			this.tasks.add(added);
			return () -> cancel(added);
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * Let time go by and run what becomes due, also what is scheduled by then. When this
	 * returns, nothing is overdue. A task that fails ends the call at the moment it was
	 * due.
	 * @param duration how far to go; zero runs what is due already
	 * @throws IllegalArgumentException if it is negative: monotonic time does not go back
	 */
	public void advance(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("cannot advance by " + duration + ": monotonic time does not go back");
		}
		long target = elapsed() + duration.toNanos();
		for (Task task = nextUntil(target); task != null; task = nextUntil(target)) {
			task.action().run();
		}
	}

	/**
	 * Set the wall clock alone, as an administrator or a time server would.
	 * @param step how far, negative to set it back
	 */
	public void stepWallClock(Duration step) {
		this.guard.lock();
		try {
			this.wallMillis += step.toMillis();
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * Return how far away the next task is.
	 * @return the time until then, zero if it is due, empty if nothing is scheduled
	 */
	public Optional<Duration> untilNextTask() {
		this.guard.lock();
		try {
			Task next = this.tasks.peek();
			return (next != null) ? Optional.of(Duration.ofNanos(Math.max(next.due() - this.elapsed, 0)))
					: Optional.empty();
		}
		finally {
			this.guard.unlock();
		}
	}

	private long elapsed() {
		this.guard.lock();
		try {
			return this.elapsed;
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * Go to the next task that is due by the target, or if there is none, to the target.
	 */
	private @Nullable Task nextUntil(long target) {
		this.guard.lock();
		try {
			Task next = this.tasks.peek();
			boolean due = next != null && next.due() <= target;
			// a task may have advanced the time itself
			this.elapsed = Math.max(this.elapsed, due ? next.due() : target);
			return due ? this.tasks.poll() : null;
		}
		finally {
			this.guard.unlock();
		}
	}

	private void cancel(Task task) {
		this.guard.lock();
		try {
			this.tasks.remove(task);
		}
		finally {
			this.guard.unlock();
		}
	}

	private record Task(long due, long number, Runnable action) {
	}

}
