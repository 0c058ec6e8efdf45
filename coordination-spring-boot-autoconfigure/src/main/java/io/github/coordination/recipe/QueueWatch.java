package io.github.coordination.recipe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.QueueListener;
import io.github.coordination.spi.Watch;

/**
 * One watch of a queue for all threads of this process that wait in it.
 */
final class QueueWatch implements AutoCloseable {

	private final CoordinationBackend backend;

	private final Directory directory;

	private final Set<Inbox> inboxes = ConcurrentHashMap.newKeySet();

	private final ReentrantLock opening = new ReentrantLock();

	private volatile @Nullable Watch watch;

	QueueWatch(CoordinationBackend backend, Directory directory) {
		this.backend = backend;
		this.directory = directory;
	}

	boolean isOpen() {
		return this.watch != null;
	}

	/** Watch, if nobody does yet. Blocks until the store has confirmed it. */
	void open() {
		if (this.watch != null) {
			return;
		}
		this.opening.lock();
		try {
			if (this.watch == null) {
				QueueListener listener = (change) -> this.inboxes.forEach((inbox) -> inbox.onChange(change));
				this.watch = this.backend.watch(this.directory, listener);
			}
		}
		finally {
			this.opening.unlock();
		}
	}

	/** Open an inbox for the calling thread. */
	Inbox listen() {
		Inbox inbox = new Inbox();
		this.inboxes.add(inbox);
		return inbox;
	}

	void forget(Inbox inbox) {
		this.inboxes.remove(inbox);
	}

	@Override
	public void close() {
		Watch opened = this.watch;
		if (opened != null) {
			opened.close();
		}
	}

}
