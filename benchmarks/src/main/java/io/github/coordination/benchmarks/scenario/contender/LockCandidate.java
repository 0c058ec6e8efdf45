package io.github.coordination.benchmarks.scenario.contender;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * How one elects with a library that has locks alone: whoever holds the lock leads.
 */
public final class LockCandidate implements Elector.Candidate {

	private final Runnable disconnect;

	private final CountDownLatch closing = new CountDownLatch(1);

	private final Thread thread;

	/**
	 * Stand for election.
	 * @param lock the library's lock
	 * @param granted what to do when it is held
	 * @param disconnect what closes the client
	 */
	public LockCandidate(Lock lock, Runnable granted, Runnable disconnect) {
		this.disconnect = disconnect;
		this.thread = new Thread(() -> lead(lock, granted), "lock-candidate");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void lead(Lock lock, Runnable granted) {
		lock.lock();
		try {
			granted.run();
			this.closing.await();
		}
		catch (InterruptedException ex) {
			// nobody leads any longer
		}
		finally {
			lock.unlock();
		}
	}

	@Override
	public void close() {
		this.closing.countDown();
		try {
			this.thread.join(TimeUnit.SECONDS.toMillis(Section.WAIT_SECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.disconnect.run();
	}

}
