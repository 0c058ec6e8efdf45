package io.github.coordination.recipe;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import io.github.coordination.Acquirable;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.MisuseException;
import io.github.coordination.recipe.ThreadHolds.Hold;
import io.github.coordination.spi.Directory;

/**
 * The view of a lock for code written for {@link Lock}: bound to the thread and
 * re-entrant. Counting is local; only the first acquisition and the last release reach
 * the store. A thread that holds the write side may take the read side too, and keeps the
 * whole lock until the last release.
 */
final class LockView implements Lock {

	private final Acquirable lock;

	private final ThreadHolds holds;

	private final Directory directory;

	private final boolean exclusive;

	LockView(Acquirable lock, ThreadHolds holds, Directory directory, boolean exclusive) {
		this.lock = lock;
		this.holds = holds;
		this.directory = directory;
		this.exclusive = exclusive;
	}

	@Override
	public void lock() {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					lockInterruptibly();
					return;
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void lockInterruptibly() throws InterruptedException {
		if (!reenter()) {
			hold(this.lock.acquire());
		}
	}

	@Override
	public boolean tryLock() {
		return reenter() || hold(this.lock.tryAcquire());
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		return reenter() || hold(this.lock.tryAcquire(Duration.ofNanos(unit.toNanos(time))));
	}

	@Override
	public void unlock() {
		Hold hold = this.holds.current(this.directory);
		if (hold == null) {
			throw new IllegalMonitorStateException("'" + this.lock.name() + "' is not held by this thread");
		}
		if (--hold.count > 0) {
			return;
		}
		this.holds.remove(this.directory);
		if (!hold.handle.release()) {
			throw new LockLostException("'" + this.lock.name() + "' was lost while it was held");
		}
	}

	@Override
	public Condition newCondition() {
		throw new UnsupportedOperationException("a distributed lock has no conditions: use a barrier or a latch");
	}

	@Override
	public String toString() {
		return "Lock[" + this.directory + "]";
	}

	/** Count one more, if this thread holds it: but never on something that was lost. */
	private boolean reenter() {
		Hold hold = this.holds.current(this.directory);
		if (hold == null) {
			return false;
		}
		hold.handle.ensureHeld();
		if (this.exclusive && !hold.exclusive) {
			throw new MisuseException("this thread holds '" + this.lock.name()
					+ "' for reading, and would wait for itself: release it first, or take the write lock at once");
		}
		hold.count++;
		return true;
	}

	private void hold(LockHandle handle) {
		this.holds.put(this.directory, new Hold(handle, this.exclusive));
	}

	private boolean hold(Optional<LockHandle> handle) {
		handle.ifPresent(this::hold);
		return handle.isPresent();
	}

}
