package io.github.coordination.recipe;

import java.util.concurrent.locks.Lock;

import io.github.coordination.NamedLock;
import io.github.coordination.spi.Directory;

/**
 * An exclusive lock, or one side of a read-write lock.
 */
final class QueuedLock extends Queued implements NamedLock {

	/**
	 * Local permits of a read-write lock: a reader takes one and a writer takes all, so
	 * that readers stand in line here only behind a writer.
	 */
	private static final int READERS = 1 << 20;

	private final ThreadHolds holds;

	private final boolean exclusive;

	private QueuedLock(Context context, ThreadHolds holds, Directory directory, Turn turn, int permits, int share) {
		super(context, directory, turn, permits, share);
		this.holds = holds;
		this.exclusive = turn == Turn.EXCLUSIVE;
	}

	static QueuedLock exclusive(Context context, ThreadHolds holds, String name) {
		return new QueuedLock(context, holds, context.directory("lock", name), Turn.EXCLUSIVE, 1, 1);
	}

	static QueuedLock reader(Context context, ThreadHolds holds, String name) {
		return new QueuedLock(context, holds, context.directory("rwlock", name), Turn.SHARED, READERS, 1);
	}

	static QueuedLock writer(Context context, ThreadHolds holds, String name) {
		return new QueuedLock(context, holds, context.directory("rwlock", name), Turn.EXCLUSIVE, READERS, READERS);
	}

	@Override
	public Lock asLock() {
		return new LockView(this, this.holds, directory(), this.exclusive);
	}

}
