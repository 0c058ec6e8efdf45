package io.github.coordination.test.memory;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the threads of all processes have to do, so that a test can wait until it is done.
 */
final class Activity {

	/** Whatever runs longer than this without anything else happening waits itself. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

	private final ReentrantLock guard = new ReentrantLock();

	private final Condition changed = this.guard.newCondition();

	/** Tasks that were handed over and have not ended; guarded. */
	private final Set<Task> busy = Collections.newSetFromMap(new IdentityHashMap<>());

	/** Counts what begins and ends; guarded. */
	private long changes;

	/** Count a task from now on until it has run. */
	Task track(Runnable action) {
		Task task = new Task(action);
		this.guard.lock();
		try {
			this.busy.add(task);
			change();
		}
		finally {
			this.guard.unlock();
		}
		return task;
	}

	/**
	 * Wait until everything has run, also what comes of it. A task that waits for
	 * something else, such as a listener for a lock, is left alone after a while. Ends at
	 * once when the thread is interrupted.
	 */
	void awaitQuiet() {
		this.guard.lock();
		try {
			while (!this.busy.isEmpty()) {
				long before = this.changes;
				long left = PATIENCE;
				while (this.changes == before && left > 0) {
					left = this.changed.awaitNanos(left);
				}
				if (this.changes == before) {
					this.busy.clear();
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.guard.unlock();
		}
	}

	/** Under the guard. */
	private void change() {
		this.changes++;
		this.changed.signalAll();
	}

	/**
	 * A task that counts until it has run or was dropped.
	 */
	final class Task implements Runnable {

		private final Runnable action;

		private Task(Runnable action) {
			this.action = action;
		}

		@Override
		public void run() {
			try {
				this.action.run();
			}
			finally {
				drop();
			}
		}

		/** Count it no more. */
		void drop() {
			Activity.this.guard.lock();
			try {
				Activity.this.busy.remove(this);
				change();
			}
			finally {
				Activity.this.guard.unlock();
			}
		}

	}

}
