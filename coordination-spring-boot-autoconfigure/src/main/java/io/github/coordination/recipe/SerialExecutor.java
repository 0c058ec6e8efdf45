package io.github.coordination.recipe;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one at a time, in the order they came, on threads of another executor. A
 * task that fails is logged and does not stop those behind it.
 */
final class SerialExecutor implements Executor {

	private static final Logger LOGGER = System.getLogger(SerialExecutor.class.getName());

	private final Executor executor;

	private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	SerialExecutor(Executor executor) {
		this.executor = executor;
	}

	@Override
	public void execute(Runnable task) {
		this.tasks.add(task);
		if (this.waiting.getAndIncrement() == 0) {
			this.executor.execute(this::drain);
		}
	}

	private void drain() {
		do {
			Runnable task = this.tasks.poll();
			try {
				if (task != null) {
					task.run();
				}
			}
			catch (RuntimeException | Error ex) {
				LOGGER.log(Level.ERROR, "A coordination callback failed", ex);
			}
		}
		while (this.waiting.decrementAndGet() > 0);
	}

}
