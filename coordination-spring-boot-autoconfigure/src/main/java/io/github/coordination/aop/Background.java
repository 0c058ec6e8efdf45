package io.github.coordination.aop;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Does what must not keep a caller waiting. No thread exists until it is needed.
 */
final class Background implements Executor, AutoCloseable {

	private static final int IDLE_SECONDS = 10;

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads("timer"));

	/**
	 * Asking for a lock and giving it back may block, and one that does must not delay
	 * the others.
	 */
	private final ThreadPoolExecutor workers = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS,
			TimeUnit.SECONDS, new SynchronousQueue<>(), threads("call"));

	Background() {
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		this.timer.allowCoreThreadTimeOut(true);
	}

	/** Run a task, on the calling thread once this is closed. */
	@Override
	public void execute(Runnable task) {
		try {
			this.workers.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	/**
	 * Run a short task later.
	 * @return a way to cancel it, {@code null} if this is closed
	 */
	@Nullable Future<?> schedule(Duration delay, Runnable task) {
		try {
			return this.timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			return null;
		}
	}

	@Override
	public void close() {
		this.timer.shutdown();
		this.workers.shutdown();
	}

	private static ThreadFactory threads(String what) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("coordination-" + what + "-");
		factory.setDaemon(true);
		return factory;
	}

}
