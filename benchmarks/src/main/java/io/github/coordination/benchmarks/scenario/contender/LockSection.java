package io.github.coordination.benchmarks.scenario.contender;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;

/**
 * A section protected by what a library offers as a {@link Lock}.
 *
 * @param lock the library's lock
 */
public record LockSection(Lock lock) implements Section {

	@Override
	public void enter() throws InterruptedException, TimeoutException {
		if (!this.lock.tryLock(WAIT_SECONDS, TimeUnit.SECONDS)) {
			throw new TimeoutException("No lock within " + WAIT_SECONDS + " s");
		}
	}

	@Override
	public void leave() {
		this.lock.unlock();
	}

}
