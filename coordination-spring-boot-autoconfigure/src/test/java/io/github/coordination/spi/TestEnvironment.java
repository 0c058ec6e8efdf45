package io.github.coordination.spi;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An {@link Environment} with the machine's clocks and real threads, for tests of
 * backends.
 */
public final class TestEnvironment implements AutoCloseable {

	/**
	 * How long a call may take, the same as with the default ttl. A sixth of the short
	 * ttl of some tests is within the pauses of a machine on which several servers and
	 * test JVMs share two processors.
	 */
	public static final Duration CALL_TIMEOUT = Duration.ofMillis(2500);

	private static final String PREFIX = "test-environment-";

	private static final String CALLBACKS = PREFIX + "callbacks-";

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1,
			threads(PREFIX + "timer-"));

	private final ExecutorService heart = Executors.newSingleThreadExecutor(threads(PREFIX + "heart-"));

	private final ExecutorService callbacks = Executors.newCachedThreadPool(threads(CALLBACKS));

	private final Environment environment = new Environment(Clock.SYSTEM, this::schedule, this.heart, this.callbacks,
			new SecureRandom());

	public TestEnvironment() {
		this.scheduler.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Return the environment to build backends with.
	 * @return the environment
	 */
	public Environment environment() {
		return this.environment;
	}

	/**
	 * Return what tasks have thrown at their executor or timer.
	 * @return the failures so far
	 */
	List<Throwable> failures() {
		return List.copyOf(this.failures);
	}

	/**
	 * Return whether a thread is one of the callback executor.
	 * @param thread the thread
	 * @return whether listeners belong on it
	 */
	static boolean isCallbackThread(Thread thread) {
		return thread.getName().startsWith(CALLBACKS);
	}

	/**
	 * Return whether a thread belongs to an environment of this kind.
	 * @param thread the thread
	 * @return whether the tests started it
	 */
	static boolean isOwnThread(Thread thread) {
		return thread.getName().startsWith(PREFIX);
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
		this.heart.shutdownNow();
		this.callbacks.shutdownNow();
	}

	private Runnable schedule(Duration delay, Runnable task) {
		Future<?> future = this.scheduler.schedule(() -> runRecorded(task), Math.max(delay.toNanos(), 0),
				TimeUnit.NANOSECONDS);
		return () -> future.cancel(false);
	}

	private void runRecorded(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			this.failures.add(ex);
		}
	}

	private ThreadFactory threads(String prefix) {
		AtomicInteger counter = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, prefix + counter.incrementAndGet());
			thread.setDaemon(true);
			thread.setUncaughtExceptionHandler((failed, ex) -> this.failures.add(ex));
			return thread;
		};
	}

}
