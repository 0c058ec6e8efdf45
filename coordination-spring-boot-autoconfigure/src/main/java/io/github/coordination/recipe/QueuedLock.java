package io.github.coordination.recipe;

import java.util.concurrent.locks.Lock;

import io.github.coordination.NamedLock;
import io.github.coordination.spi.Directory;

/**
 * An exclusive lock, or one side of a read-write lock.
 */
final class QueuedLock extends Queued implements NamedLock {

	/** The write side of a read-write lock is the lock of that name. */
	static final String KIND = "lock";

	/**
	 * One for the writer that waits in the store or holds, and one for each reader that
	 * asks it for a place.
	 */
	private static final int PERMITS = 1 + 1_000_000;

	private final ThreadHolds holds;

	private final boolean exclusive;

	private QueuedLock(Context context, ThreadHolds holds, Directory directory, Turn turn, int entry, int share) {
		super(context, directory, turn, PERMITS, entry, share);
		this.holds = holds;
		this.exclusive = turn == Turn.EXCLUSIVE;
	}

	/**
	 * Nobody else of this process asks the store meanwhile, and no other writer waits
	 * there.
	 */
	static QueuedLock exclusive(Context context, ThreadHolds holds, String name) {
		return new QueuedLock(context, holds, context.directory(KIND, name), Turn.EXCLUSIVE, PERMITS, 1);
	}

	/**
	 * A reader stands in line here only behind a writer that does, or that asks the store
	 * for its place. Once it has its own it takes no permit: what it may not overtake in
	 * the store is ordered there, and a writer is not kept from lining up there by the
	 * readers of its own process.
	 */
	static QueuedLock reader(Context context, ThreadHolds holds, String name) {
		return new QueuedLock(context, holds, context.directory(KIND, name), Turn.SHARED, 1, 0);
	}

	@Override
	public Lock asLock() {
		return new LockView(this, this.holds, directory(), this.exclusive);
	}

}
