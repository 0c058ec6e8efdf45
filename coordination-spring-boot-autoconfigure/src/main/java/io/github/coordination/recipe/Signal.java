package io.github.coordination.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Watch;

/**
 * Watches directories for one thread that reads them again and again.
 */
final class Signal implements AutoCloseable {

	private final Context context;

	private final Semaphore changes = new Semaphore(0);

	private final List<Watch> watches;

	Signal(Context context, Directory... directories) {
		this.context = context;
		this.watches = new ArrayList<>();
		try {
			for (Directory directory : directories) {
				this.watches.add(context.backend().watch(directory, (change) -> this.changes.release()));
			}
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Wait for a change since the last wait, or until it is time to look all the same:
	 * soon, if the last look failed.
	 */
	void await(Deadline deadline, boolean soon) throws InterruptedException {
		long longest = (soon ? this.context.pause() : this.context.recheck()).toNanos();
		long wait = Math.min(longest, deadline.remaining());
		if (this.changes.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
			this.changes.drainPermits();
		}
	}

	@Override
	public void close() {
		this.watches.forEach(Watch::close);
	}

}
