package io.github.coordination.recipe;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * A call on a thread of its own.
 */
final class Background {

	private final CompletableFuture<Void> outcome = new CompletableFuture<>();

	private final Thread thread;

	private Background(Task task) {
		this.thread = new Thread(() -> {
			try {
				task.run();
				this.outcome.complete(null);
			}
			catch (Exception | Error ex) {
				this.outcome.completeExceptionally(ex);
			}
		});
		this.thread.setDaemon(true);
	}

	/** Begin a call. */
	static Background run(Task task) {
		Background background = new Background(task);
		background.thread.start();
		return background;
	}

	/** How it ends: completed exceptionally if the task fails. */
	CompletableFuture<Void> outcome() {
		return this.outcome;
	}

	boolean isDone() {
		return this.outcome.isDone();
	}

	/** Whether it waits for something but an answer of the store. */
	boolean isWaiting() {
		Thread.State state = this.thread.getState();
		return (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
				&& Arrays.stream(this.thread.getStackTrace())
					.noneMatch((frame) -> frame.getClassName().startsWith("io.github.coordination.backend."));
	}

	/** Whether it has come to a method, and not yet further. */
	boolean isIn(String method) {
		return Arrays.stream(this.thread.getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals(method));
	}

	void interrupt() {
		this.thread.interrupt();
	}

	interface Task {

		void run() throws Exception;

	}

}
