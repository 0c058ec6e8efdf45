package io.github.coordination.recipe;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.spi.Deadline;

/**
 * One thread's wait in a queue, steps 2 and 3 of {@link Queued}. Used by that thread
 * alone.
 */
final class QueueWait {

	private final Queued queued;

	private final LocalQueue queue;

	private final Grant grant;

	private final Deadline deadline;

	private @Nullable Inbox inbox;

	/** What is ahead by id, {@code null} until the store has answered. */
	private @Nullable Map<String, String> ahead;

	/** Whether changes may have gone unseen, so that what is ahead must be read again. */
	private boolean read;

	/** Whether the place was refused, and it remains to watch the queue for the next. */
	private boolean refused;

	QueueWait(Queued queued, LocalQueue queue, Grant grant, Deadline deadline) {
		this.queued = queued;
		this.queue = queue;
		this.grant = grant;
		this.deadline = deadline;
	}

	/**
	 * Wait until it is granted.
	 * @return {@code false} if the place was refused or lost, or the deadline passed
	 */
	boolean await() throws InterruptedException {
		try {
			while (true) {
				RuntimeException failure = null;
				try {
					Map<String, String> seen = look();
					if (seen == null) {
						return false;
					}
					if (this.queued.turn().isNow(seen.values()) && this.grant.grant()) {
						return true;
					}
				}
				catch (BackendUnavailableException | IndeterminateResultException ex) {
					failure = ex;
				}
				if (this.grant.state() != Place.State.WAITING) {
					return false;
				}
				if (this.deadline.hasPassed()) {
					if (failure != null) {
						throw failure;
					}
					return false;
				}
				park(failure != null);
			}
		}
		finally {
			if (this.inbox != null) {
				this.queued.context().queues().watch(this.queue).forget(this.inbox);
			}
		}
	}

	/**
	 * Find out what is ahead.
	 * @return what is ahead by id, {@code null} if the store no longer has the place
	 */
	private @Nullable Map<String, String> look() {
		Map<String, String> known = this.ahead;
		if (known == null && this.refused) {
			this.queued.context().queues().watch(this.queue).open();
		}
		else if (known == null) {
			known = this.queue.isWatched() ? enqueueListening() : enqueueAlone();
		}
		else if (this.read) {
			known = this.grant.find(this.queued.context().backend().list(this.queue.directory()));
			this.read = false;
		}
		this.ahead = known;
		return known;
	}

	/**
	 * Most names are free: then nothing needs to be watched. A place that was refused is
	 * not asked for again, because news of its removal may be on its way: the next
	 * attempt has another id, and finds the queue watched.
	 */
	private @Nullable Map<String, String> enqueueAlone() {
		Map<String, String> seen = this.queued.enqueue(this.grant, this.queued.turn().maxAhead());
		if (seen == null) {
			this.refused = true;
			this.queued.context().queues().watch(this.queue).open();
			return null;
		}
		return this.queued.turn().isNow(seen.values()) ? seen : enqueueListening();
	}

	/** Listen first, so that nothing that is ahead can go unseen. */
	private @Nullable Map<String, String> enqueueListening() {
		listen();
		this.queued.context().queues().watch(this.queue).open();
		return this.queued.enqueue(this.grant, Integer.MAX_VALUE);
	}

	private void park(boolean failed) throws InterruptedException {
		long longest = (failed ? this.queued.context().pause() : this.queued.context().recheck()).toNanos();
		boolean news = listen().await(Math.min(longest, this.deadline.remaining()));
		// what is reported before the store has answered is in its answer
		Map<String, String> known = (this.ahead != null) ? this.ahead : new HashMap<>();
		this.read |= listen().strike(known, this.grant.key().id()) || !news;
	}

	private Inbox listen() {
		Inbox opened = this.inbox;
		if (opened == null) {
			opened = this.queued.context().queues().watch(this.queue).listen();
			this.inbox = opened;
			this.grant.wake(opened);
		}
		return opened;
	}

}
