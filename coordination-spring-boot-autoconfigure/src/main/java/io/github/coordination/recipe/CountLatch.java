package io.github.coordination.recipe;

import java.time.Duration;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.Latch;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;

/**
 * A latch is a directory with a persistent entry per count.
 *
 * <ol>
 * <li>A count creates an entry under a new random id, and again under the same id when
 * the answer was lost, so that it counts once.
 * <li>The gate is open while there are as many entries as the full count.
 * <li>Resetting deletes the entries.
 * </ol>
 */
final class CountLatch implements Latch {

	private static final byte[] NOTHING = new byte[0];

	private static final int ATTEMPTS = 5;

	private final Context context;

	private final Directory directory;

	private final int count;

	CountLatch(Context context, String name, int count) {
		this.context = context;
		this.directory = context.directory("latch", name);
		this.count = count;
	}

	@Override
	public String name() {
		return this.directory.name();
	}

	@Override
	public void countDown() {
		EntryKey key = this.directory.entry(this.context.environment().newId());
		IndeterminateResultException unknown = null;
		for (int attempt = 1;; attempt++) {
			try {
				backend().create(key, NOTHING);
				return;
			}
			catch (IndeterminateResultException ex) {
				unknown = ex;
			}
			catch (BackendUnavailableException ex) {
				// this one did not happen, but one before may have
				if (unknown == null) {
					throw ex;
				}
			}
			if (attempt == ATTEMPTS) {
				throw unknown;
			}
		}
	}

	@Override
	public int remaining() {
		return Math.max(this.count - backend().list(this.directory).size(), 0);
	}

	@Override
	public boolean await(Duration waitTime) throws InterruptedException {
		Deadline deadline = Deadline.after(this.context.environment().clock(), waitTime);
		if (remaining() == 0) {
			return true;
		}
		try (Signal signal = new Signal(this.context, this.directory)) {
			while (remaining() > 0) {
				if (deadline.hasPassed()) {
					return false;
				}
				signal.await(deadline, false);
			}
			return true;
		}
	}

	@Override
	public void reset() {
		for (Entry entry : backend().list(this.directory)) {
			backend().delete(entry);
		}
	}

	private CoordinationBackend backend() {
		return this.context.openBackend();
	}

}
