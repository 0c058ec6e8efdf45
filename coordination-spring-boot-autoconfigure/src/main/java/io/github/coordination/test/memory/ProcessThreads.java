package io.github.coordination.test.memory;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import io.github.coordination.spi.Environment;
import io.github.coordination.test.SimulatedTime;

/**
 * Timers, renewals and callbacks of one process. While it is paused nothing of that
 * happens; afterwards everything that was due does, in order.
 */
final class ProcessThreads implements AutoCloseable {

	private final SimulatedTime time;

	private final Activity activity;

	private final ExecutorService heart;

	private final ExecutorService callbacks;

	private final Environment environment;

	private final ReentrantLock guard = new ReentrantLock();

	/** What was due during the pause; guarded, like whether there is one. */
	private final List<Runnable> held = new ArrayList<>();

	private boolean paused;

	ProcessThreads(String name, SimulatedTime time, Activity activity) {
		this.time = time;
		this.activity = activity;
		this.heart = Executors.newSingleThreadExecutor(threads("coordination-" + name + "-heart"));
		this.callbacks = Executors.newCachedThreadPool(threads("coordination-" + name + "-callback"));
		this.environment = new Environment(time, this::schedule, (task) -> execute(this.heart, task),
				(task) -> execute(this.callbacks, task), new SecureRandom());
	}

	Environment environment() {
		return this.environment;
	}

	void pause() {
		this.guard.lock();
		try {
			this.paused = true;
		}
		finally {
			this.guard.unlock();
		}
	}

	boolean isPaused() {
		this.guard.lock();
		try {
			return this.paused;
		}
		finally {
			this.guard.unlock();
		}
	}

	void resume() {
		List<Runnable> due;
		this.guard.lock();
		try {
			this.paused = false;
			due = List.copyOf(this.held);
			this.held.clear();
		}
		finally {
			this.guard.unlock();
		}
		due.forEach(Runnable::run);
	}

	/** Let running tasks end, and drop those that come later. */
	@Override
	public void close() {
		this.heart.shutdown();
		this.callbacks.shutdown();
	}

	private Runnable schedule(Duration delay, Runnable task) {
		AtomicBoolean cancelled = new AtomicBoolean();
		Runnable cancel = this.time.schedule(delay, () -> proceed(() -> {
			if (!cancelled.get()) {
				task.run();
			}
		}));
		return () -> {
			cancelled.set(true);
			cancel.run();
		};
	}

	private void execute(ExecutorService executor, Runnable task) {
		proceed(() -> {
			Activity.Task tracked = this.activity.track(task);
			try {
				executor.execute(tracked);
			}
			catch (RejectedExecutionException ex) {
				// closed
				tracked.drop();
			}
		});
	}

	private void proceed(Runnable next) {
		this.guard.lock();
		try {
			if (this.paused) {
				this.held.add(next);
				return;
			}
		}
		finally {
			this.guard.unlock();
		}
		next.run();
	}

	private static ThreadFactory threads(String name) {
		AtomicInteger number = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
	}

}
