package io.github.coordination.session;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Timer;

/**
 * The machine's clocks and a coordinator's own daemon threads: one for timers, one for
 * renewals, and as many for callbacks as there are running at once, kept for a few idle
 * seconds.
 */
public final class SystemEnvironment implements AutoCloseable {

	private static final int IDLE_SECONDS = 5;

	/** So many listeners may block at once before others have to wait. */
	private static final int MAX_CALLBACKS = 64;

	private final ScheduledThreadPoolExecutor timer;

	private final ExecutorService heart;

	private final ExecutorService callbacks;

	private final Environment environment;

	/**
	 * Start an environment. Threads are created when they are first needed.
	 * @param random where ids and jitter come from
	 */
	public SystemEnvironment(RandomGenerator random) {
		this(random, null);
	}

	/**
	 * Start an environment whose callbacks run on threads of the application's choice, as
	 * many as there are running at once. Threads are created when they are first needed.
	 * @param random where ids and jitter come from
	 * @param callbackThreads makes the threads of callbacks, {@code null} to make a
	 * limited number here
	 */
	public SystemEnvironment(RandomGenerator random, @Nullable ThreadFactory callbackThreads) {
		this.timer = new ScheduledThreadPoolExecutor(1, threads("coordination-timer"));
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.heart = Executors.newSingleThreadExecutor(threads("coordination-heart"));
		this.callbacks = (callbackThreads != null) ? callbacks(callbackThreads) : callbacks();
		this.environment = new Environment(Clock.SYSTEM, timer(), unlessClosed(this.heart),
				unlessClosed(this.callbacks), random);
	}

	/**
	 * Return what to hand to backends and recipes.
	 * @return the environment
	 */
	public Environment environment() {
		return this.environment;
	}

	/**
	 * Let running tasks end, drop those that come later, and let the threads go. Does not
	 * wait.
	 */
	@Override
	public void close() {
		this.timer.shutdown();
		this.heart.shutdown();
		this.callbacks.shutdown();
	}

	/** An idle thread if there is one, else a new one. */
	private static ExecutorService callbacks(ThreadFactory threads) {
		return new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
				threads);
	}

	/** An idle thread if there is one, else a new one up to a limit, else in line. */
	private static ExecutorService callbacks() {
		LinkedTransferQueue<Runnable> line = new LinkedTransferQueue<>() {

			@Override
			public boolean offer(Runnable task) {
				return tryTransfer(task);
			}

		};
		return new ThreadPoolExecutor(0, MAX_CALLBACKS, IDLE_SECONDS, TimeUnit.SECONDS, line,
				threads("coordination-callback"), (task, pool) -> line.put(task));
	}

	private Timer timer() {
		return (Duration delay, Runnable task) -> {
			if (this.timer.isShutdown()) {
				return () -> {
				};
			}
			ScheduledFuture<?> scheduled = this.timer.schedule(task, Math.max(delay.toNanos(), 0),
					TimeUnit.NANOSECONDS);
			return () -> scheduled.cancel(false);
		};
	}

	private static Executor unlessClosed(ExecutorService executor) {
		return (task) -> {
			if (!executor.isShutdown()) {
				executor.execute(task);
			}
		};
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
