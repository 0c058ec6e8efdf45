package io.github.coordination.aop;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * The threads that annotated calls need beside those of their callers: does what must not
 * keep a caller waiting, and follows calls to their end. No thread exists until it is
 * needed. Safe for use by several threads.
 */
final class Background implements AutoCloseable {

	private static final int IDLE_SECONDS = 10;

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads("aop-timer"));

	/**
	 * Asking for a lock and giving it back may block, and one that does must not delay
	 * the others.
	 */
	private final ThreadPoolExecutor workers;

	/** What must not be forgotten when this is closed before it is due. */
	private final Set<Runnable> late = ConcurrentHashMap.newKeySet();

	/** Without a thread. */
	Background() {
		this(threads("aop"));
	}

	Background(ThreadFactory threads) {
		this.workers = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS,
				new SynchronousQueue<>(), threads);
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		this.timer.allowCoreThreadTimeOut(true);
	}

	/**
	 * Run a task, on the calling thread once this is closed, or where there is no other.
	 */
	void execute(Runnable task) {
		try {
			this.workers.execute(task);
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			task.run();
		}
	}

	/**
	 * Run a task later, and at the latest when this is closed.
	 * @return {@code false} if it must be run now, because this is closed or there is no
	 * thread
	 */
	boolean executeLater(Duration delay, Runnable task) {
		Runnable once = new Runnable() {

			@Override
			public void run() {
				if (Background.this.late.remove(this)) {
					task.run();
				}
			}

		};
		this.late.add(once);
		try {
			this.timer.schedule(() -> execute(once), delay.toNanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// unless close() has come to it before
			return !this.late.remove(once);
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

	/**
	 * Do at once what was to be done later, such as to give back locks, and end the
	 * threads. What is asked for from now on is done by those who ask. Closing twice is
	 * harmless.
	 */
	@Override
	public void close() {
		this.timer.shutdown();
		this.workers.shutdown();
		this.late.forEach(Runnable::run);
	}

	private static ThreadFactory threads(String what) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("coordination-" + what + "-");
		factory.setDaemon(true);
		return factory;
	}

}
