package io.github.coordination.autoconfigure;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * Runs what may wait for listeners, each on a thread of its own.
 */
final class Concurrently {

	private Concurrently() {
	}

	/**
	 * Run tasks and wait for all, whether or not this thread is interrupted meanwhile.
	 */
	static void run(Collection<Runnable> tasks) {
		CompletableFuture
			.allOf(tasks.stream()
				.map((task) -> CompletableFuture.runAsync(task, Concurrently::start))
				.toArray(CompletableFuture[]::new))
			.join();
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "coordination-leave");
		thread.setDaemon(true);
		thread.start();
	}

}
