package io.github.coordination.recipe;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

import io.github.coordination.spi.Change;
import io.github.coordination.spi.Change.Kind;
import io.github.coordination.spi.WatchListener;

/**
 * Changes on their way to the one thread that waits for them.
 */
final class Inbox implements WatchListener {

	private final Thread owner = Thread.currentThread();

	private final Queue<Change> changes = new ConcurrentLinkedQueue<>();

	@Override
	public void onChange(Change change) {
		// what is written behind a place does not concern it
		if (change.kind() != Kind.WRITTEN) {
			this.changes.add(change);
			LockSupport.unpark(this.owner);
		}
	}

	/**
	 * Wait until something comes, for a limited time.
	 * @return {@code false} if nothing has come
	 */
	boolean await(long nanos) throws InterruptedException {
		if (this.changes.isEmpty()) {
			LockSupport.parkNanos(this, nanos);
		}
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		return !this.changes.isEmpty();
	}

	/**
	 * Strike out of those ahead what has gone. Where the own entry went, or one ahead of
	 * the own session, the session may have gone, and the own place with it. Another one
	 * of the own session was given back here before this place was asked for.
	 * @return whether that is not enough, and the queue must be read
	 */
	boolean strike(Map<String, String> ahead, String own) {
		String session = own.substring(0, own.lastIndexOf('.') + 1);
		boolean read = false;
		for (Change change = this.changes.poll(); change != null; change = this.changes.poll()) {
			boolean gone = ahead.remove(change.id()) != null;
			read |= change.kind() == Kind.UNKNOWN || change.id().equals(own)
					|| (gone && change.id().startsWith(session));
		}
		return read;
	}

}
