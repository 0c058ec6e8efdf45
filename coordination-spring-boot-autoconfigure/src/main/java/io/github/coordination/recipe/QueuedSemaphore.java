package io.github.coordination.recipe;

import io.github.coordination.NamedSemaphore;

/**
 * A queue whose first so many entries hold a permit each.
 */
final class QueuedSemaphore extends Queued implements NamedSemaphore {

	private final int permits;

	QueuedSemaphore(Context context, String name, int permits) {
		super(context, context.directory("semaphore", name), Turn.permits(permits), permits, 1, 1);
		this.permits = permits;
	}

	@Override
	public int permits() {
		return this.permits;
	}

}
