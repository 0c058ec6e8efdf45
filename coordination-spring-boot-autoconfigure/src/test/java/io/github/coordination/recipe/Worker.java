package io.github.coordination.recipe;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;

/**
 * A thread that does one thing for a test, and what came of it.
 *
 * @param <T> what comes of it
 */
final class Worker<T> {

	private static final Duration LIMIT = Duration.ofMinutes(2);

	private final FutureTask<T> task;

	private final Thread thread;

	private Worker(Callable<T> task) {
		this.task = new FutureTask<>(task);
		this.thread = new Thread(this.task, "contract-worker");
		this.thread.setDaemon(true);
	}

	static <T> Worker<T> start(Callable<T> task) {
		Worker<T> worker = new Worker<>(task);
		worker.thread.start();
		return worker;
	}

	/** Start a thread that has nothing to do but to wait, and see it wait. */
	static <T> Worker<T> startWaiting(Callable<T> task) {
		Worker<T> worker = start(task);
		Awaitility.await()
			.atMost(LIMIT)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.pollInSameThread()
			.until(worker::isWaiting);
		return worker;
	}

	boolean isDone() {
		return this.task.isDone();
	}

	/** Whether it waits in a queue of the store, where it has its place. */
	boolean isQueued() {
		return LockSupport.getBlocker(this.thread) instanceof Inbox;
	}

	void interrupt() {
		this.thread.interrupt();
	}

	/** Wait until it is done. */
	T result() {
		try {
			return outcome();
		}
		catch (ExecutionException ex) {
			throw new AssertionError("the thread failed: " + ex.getCause(), ex.getCause());
		}
	}

	/** Wait until it has failed. */
	Throwable failure() {
		try {
			throw new AssertionError("the thread did not fail but returned " + outcome());
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
	}

	private T outcome() throws ExecutionException {
		try {
			return this.task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			AssertionError stuck = new AssertionError("the thread did not end");
			stuck.setStackTrace(this.thread.getStackTrace());
			throw stuck;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("interrupted", ex);
		}
	}

	private boolean isWaiting() {
		Thread.State state = this.thread.getState();
		return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
	}

}
