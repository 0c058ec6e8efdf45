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
import io.github.coordination.session.Deadline;
import io.github.coordination.session.Lease;
import io.github.coordination.spi.Directory;

/**
 * What is granted in the order of a queue.
 *
 * <ol>
 * <li>Wait for the local turn: of the threads of this process, only as many go to the
 * store as could hold it.
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

	private final int share;

	private final byte[] value;

	/**
	 * Create it.
	 * @param permits how many local permits the name has
	 * @param share how many of them this takes
	 */
	Queued(Context context, Directory directory, Turn turn, int permits, int share) {
		this.context = context;
		this.directory = directory;
		this.turn = turn;
		this.permits = permits;
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
		return grant.enqueue(this.turn, this.value, maxAhead);
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
		boolean admitted = false;
		try {
			// the gate by itself would let this one overtake those who wait
			admitted = !queue.gate().hasQueuedThreads() && queue.gate().tryAcquire(this.share);
			if (admitted) {
				grant = tryOnce(queue);
			}
			return grant;
		}
		finally {
			if (grant == null) {
				leave(queue, admitted);
			}
		}
	}

	private @Nullable Grant acquire(Deadline deadline) throws InterruptedException {
		LocalQueue queue = this.context.queues().enter(this.directory, this.permits);
		Grant grant = null;
		boolean admitted = false;
		try {
			admitted = queue.gate().tryAcquire(this.share, deadline.remaining(), TimeUnit.NANOSECONDS);
			while (admitted && grant == null) {
				grant = contend(queue, deadline);
				if (deadline.hasPassed()) {
					break;
				}
			}
			return grant;
		}
		finally {
			if (grant == null) {
				leave(queue, admitted);
			}
		}
	}

	private @Nullable Grant tryOnce(LocalQueue queue) {
		Lease lease = this.context.engine().lease();
		Grant grant = new Grant(this.context, lease, queue, this.share);
		boolean granted = false;
		try {
			lease.track(grant.key(), grant);
			Map<String, String> ahead = enqueue(grant, this.turn.maxAhead());
			granted = ahead != null && this.turn.isNow(ahead.values()) && grant.grant();
			return granted ? grant : null;
		}
		finally {
			if (!granted) {
				grant.giveUp();
			}
		}
	}

	private @Nullable Grant contend(LocalQueue queue, Deadline deadline) throws InterruptedException {
		Lease lease = this.context.engine().awaitLease(deadline);
		Grant grant = new Grant(this.context, lease, queue, this.share);
		boolean granted = false;
		try {
			lease.track(grant.key(), grant);
			granted = new QueueWait(this, queue, grant, deadline).await();
			return granted ? grant : null;
		}
		catch (SessionLostException ex) {
			return null;
		}
		finally {
			if (!granted) {
				grant.giveUp();
			}
		}
	}

	private void leave(LocalQueue queue, boolean admitted) {
		if (admitted) {
			queue.gate().release(this.share);
		}
		this.context.queues().leave(queue);
	}

}
