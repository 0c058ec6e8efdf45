package io.github.coordination.recipe;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Acquirable;
import io.github.coordination.LockHandle;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.SessionLostException;
import io.github.coordination.session.Lease;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;

/**
 * What is granted in the order of a queue.
 *
 * <ol>
 * <li>Wait for the local turn: of the threads of this process, only as many go to the
 * store as could hold it, and what must not be overtaken keeps the others out until it
 * has its place there.
 * <li>Append an entry under a new attempt id, or be refused if it could not be granted at
 * once. An answer that was lost is asked for again under the same id.
 * <li>If it must wait, watch the queue first, then append under the same id. From then on
 * what is ahead can only go, so the reports of removals are enough, and anything less
 * clear leads to a read. It is granted when {@link Turn} says so.
 * <li>Whatever ends this without a grant removes the entry. A session that is lost
 * meanwhile leads back to step 2 under the next one.
 * </ol>
 *
 * The queue is that of ZooKeeper's lock recipe and of etcd's {@code concurrency.Mutex}.
 * An acquisition that finds nobody ahead never watches, and so costs one call.
 */
class Queued implements Acquirable {

	private final Context context;

	private final Directory directory;

	private final Turn turn;

	private final int permits;

	private final int entry;

	private final int share;

	private final byte[] value;

	/**
	 * Create it.
	 * @param permits how many local permits the name has
	 * @param entry how many of them this takes until it has its place in the store
	 * @param share how many of those it keeps then, as long as it waits or holds
	 */
	Queued(Context context, Directory directory, Turn turn, int permits, int entry, int share) {
		this.context = context;
		this.directory = directory;
		this.turn = turn;
		this.permits = permits;
		this.entry = entry;
		this.share = share;
		this.value = context.self();
	}

	@Override
	public final String name() {
		return this.directory.name();
	}

	@Override
	public final LockHandle acquire() throws InterruptedException {
		Grant grant = acquire(Deadline.never(this.context.environment().clock()));
		return Objects.requireNonNull(grant, "a deadline that never comes has passed");
	}

	@Override
	public final LockHandle acquire(Duration waitTime) throws InterruptedException {
		// as inherited, but for what is allocated on the way
		Grant grant = acquireWithin(waitTime);
		if (grant == null) {
			throw new LockNotAcquiredException(name(), waitTime);
		}
		return grant;
	}

	@Override
	public final Optional<LockHandle> tryAcquire(Duration waitTime) throws InterruptedException {
		return Optional.ofNullable(acquireWithin(waitTime));
	}

	@Override
	public final Optional<LockHandle> tryAcquire() {
		return Optional.ofNullable(acquireAtOnce());
	}

	@Override
	public String toString() {
		return getClass().getSimpleName() + "[" + this.directory + "]";
	}

	final Directory directory() {
		return this.directory;
	}

	final Context context() {
		return this.context;
	}

	final Turn turn() {
		return this.turn;
	}

	final @Nullable Map<String, String> enqueue(Grant grant, int maxAhead) {
		Map<String, String> ahead = grant.enqueue(this.turn, this.value, maxAhead);
		if (ahead != null) {
			grant.entered();
		}
		return ahead;
	}

	private @Nullable Grant acquireWithin(Duration waitTime) throws InterruptedException {
		if (waitTime.isZero() || waitTime.isNegative()) {
			return acquireAtOnce();
		}
		return acquire(Deadline.after(this.context.environment().clock(), waitTime));
	}

	private @Nullable Grant acquireAtOnce() {
		LocalQueue queue = this.context.queues().enter(this.directory, this.permits);
		Grant grant = null;
		boolean granted = false;
		boolean admitted = false;
		try {
			// the gate by itself would let this one overtake those who wait
			admitted = !queue.gate().hasQueuedThreads() && queue.gate().tryAcquire(this.entry);
			if (admitted) {
				grant = newGrant(this.context.engine().lease(), queue, null);
				granted = tryOnce(grant);
			}
			return granted ? grant : null;
		}
		finally {
			if (!granted) {
				leave(queue, admitted, grant);
			}
		}
	}

	private @Nullable Grant acquire(Deadline deadline) throws InterruptedException {
		LocalQueue queue = this.context.queues().enter(this.directory, this.permits);
		Grant grant = null;
		boolean granted = false;
		boolean admitted = false;
		try {
			admitted = queue.gate().tryAcquire(this.entry, deadline.remaining(), TimeUnit.NANOSECONDS);
			while (admitted && !granted) {
				grant = newGrant(this.context.engine().awaitLease(deadline), queue, grant);
				granted = contend(queue, grant, deadline);
				if (deadline.hasPassed()) {
					break;
				}
			}
			return granted ? grant : null;
		}
		finally {
			if (!granted) {
				leave(queue, admitted, grant);
			}
		}
	}

	private Grant newGrant(Lease lease, LocalQueue queue, @Nullable Grant previous) {
		return new Grant(this.context, lease, queue, (previous != null) ? previous.permits() : this.entry, this.share);
	}

	private boolean tryOnce(Grant grant) {
		boolean granted = false;
		try {
			grant.lease().track(grant.key(), grant);
			Map<String, String> ahead = enqueue(grant, this.turn.maxAhead());
			granted = ahead != null && this.turn.isNow(ahead.values()) && grant.grant();
			return granted;
		}
		finally {
			if (!granted) {
				grant.giveUp();
			}
		}
	}

	private boolean contend(LocalQueue queue, Grant grant, Deadline deadline) throws InterruptedException {
		boolean granted = false;
		try {
			grant.lease().track(grant.key(), grant);
			granted = new QueueWait(this, queue, grant, deadline).await();
			return granted;
		}
		catch (SessionLostException ex) {
			return false;
		}
		finally {
			if (!granted) {
				grant.giveUp();
			}
		}
	}

	private void leave(LocalQueue queue, boolean admitted, @Nullable Grant last) {
		if (admitted) {
			queue.gate().release((last != null) ? last.permits() : this.entry);
		}
		this.context.queues().leave(queue);
	}

}
