package io.github.coordination.recipe;

import java.util.concurrent.locks.Lock;

import io.github.coordination.NamedLock;
import io.github.coordination.spi.Directory;

/**
 * An exclusive lock, or one side of a read-write lock.
 */
final class QueuedLock extends Queued implements NamedLock {

	/** The write side of a read-write lock is the lock of that name. */
	private static final String KIND = "lock";

	private final ThreadHolds holds;

	private final boolean exclusive;

	private QueuedLock(Context context, ThreadHolds holds, Directory directory, Turn turn, int permits, int share) {
		super(context, directory, turn, permits, share);
		this.holds = holds;
		this.exclusive = turn == Turn.EXCLUSIVE;
	}

	static QueuedLock exclusive(Context context, ThreadHolds holds, String name) {
		return new QueuedLock(context, holds, context.directory(KIND, name), Turn.EXCLUSIVE, 1, 1);
	}

	/**
	 * A reader takes no permit here: it stands in line only behind a writer that does.
	 * What it may not overtake in the store is ordered there, and a writer is not kept
	 * from lining up there by the readers of its own process.
	 */
	static QueuedLock reader(Context context, ThreadHolds holds, String name) {
		return new QueuedLock(context, holds, context.directory(KIND, name), Turn.SHARED, 1, 0);
	}

	@Override
	public Lock asLock() {
		return new LockView(this, this.holds, directory(), this.exclusive);
	}

}
