package io.github.coordination.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Ends what may wait for listeners, each on a thread of its own.
 */
final class Concurrently {

	private static final Log logger = LogFactory.getLog(Concurrently.class);

	private Concurrently() {
	}

	/**
	 * Run tasks and wait for all, whether or not this thread is interrupted meanwhile:
	 * for as long as listeners may take, and a little more because the store is asked
	 * before and after that. Whatever takes longer goes on without this thread, so that
	 * listeners that never return do not keep an application from stopping.
	 */
	static void run(List<Runnable> tasks, CoordinationProperties properties) {
		Duration limit = properties.revocationTimeout().plus(properties.ttl().dividedBy(3));
		boolean over = CompletableFuture
			.allOf(tasks.stream()
				.map((task) -> CompletableFuture.runAsync(task, Concurrently::start))
				.toArray(CompletableFuture[]::new))
			.thenApply((nothing) -> true)
			.completeOnTimeout(false, limit.toNanos(), TimeUnit.NANOSECONDS)
			.join();
		if (!over) {
			logger.warn("Elections, groups and partitions were not left within " + limit
					+ "; going on without waiting for their listeners");
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "coordination-leave");
		thread.setDaemon(true);
		thread.start();
	}

}
