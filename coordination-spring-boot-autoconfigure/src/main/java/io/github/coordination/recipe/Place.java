package io.github.coordination.recipe;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import org.jspecify.annotations.Nullable;

import io.github.coordination.session.Lease;
import io.github.coordination.session.Tracked;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;

/**
 * One attempt's place in an ordered queue, from before its entry is asked for until it is
 * given up or lost. Its states only go forward, by one atomic step each, so that a grant,
 * a release and a loss that come at the same time leave one winner.
 */
class Place implements Tracked {

	enum State {

		WAITING, HELD, RELEASED, LOST

	}

	private static final AtomicReferenceFieldUpdater<Place, State> STATE = AtomicReferenceFieldUpdater
		.newUpdater(Place.class, State.class, "state");

	private final Lease lease;

	private final EntryKey key;

	private volatile State state = State.WAITING;

	private volatile @Nullable Entry entry;

	/** When it was granted by the wall clock; readable once the state says so. */
	private long grantedAt;

	Place(Lease lease, Directory queue) {
		this.lease = lease;
		this.key = queue.entry(lease.newAttemptId());
	}

	final Lease lease() {
		return this.lease;
	}

	final EntryKey key() {
		return this.key;
	}

	@Override
	public final @Nullable Entry entry() {
		return this.entry;
	}

	final State state() {
		return this.state;
	}

	/** When it was granted; of use only once it was. */
	final Instant since() {
		return Instant.ofEpochMilli(this.grantedAt);
	}

	/**
	 * Ask the store for the place. Repeating it finds the entry of the first time.
	 * @return what is ahead by id, {@code null} if refused
	 */
	final @Nullable Map<String, String> enqueue(Turn turn, byte[] value, int maxAhead) {
		Placement placement = this.lease.enqueue(this.key, turn.tag(), value, maxAhead).orElse(null);
		if (placement == null) {
			return null;
		}
		this.entry = placement.entry();
		if (placement.ahead().isEmpty()) {
			return Collections.emptyMap();
		}
		Map<String, String> ahead = new LinkedHashMap<>();
		placement.ahead().forEach((each) -> ahead.put(each.id(), each.tag()));
		return ahead;
	}

	/**
	 * Find the place in a view of the queue.
	 * @return what is ahead by id, {@code null} if the place is not in the view
	 */
	final @Nullable Map<String, String> find(List<Entry> queue) {
		Map<String, String> ahead = new LinkedHashMap<>();
		for (Entry each : queue) {
			if (each.id().equals(this.key.id())) {
				return ahead;
			}
			ahead.put(each.id(), each.tag());
		}
		return null;
	}

	/**
	 * Hold it, if the session is confirmed at this moment and the place was not lost.
	 * @return whether it is held
	 */
	final boolean grant() {
		if (!this.lease.isConnected()) {
			return false;
		}
		this.grantedAt = this.lease.currentTimeMillis();
		return STATE.compareAndSet(this, State.WAITING, State.HELD);
	}

	/** Whether it is held at this moment. */
	final boolean isGranted() {
		return this.state == State.HELD && this.lease.isLive();
	}

	/**
	 * End holding it here; the entry stays until {@link #giveUp()}.
	 * @return {@code false} if it was not held, even if only by the local deadline's
	 * account
	 */
	final boolean endGrant() {
		return STATE.compareAndSet(this, State.HELD, State.RELEASED);
	}

	/**
	 * Remove the entry, if there is or may be one.
	 * @return {@code false} if the store says that there was none
	 */
	final boolean giveUp() {
		STATE.compareAndSet(this, State.WAITING, State.RELEASED);
		return this.lease.giveUp(this.key, this, this.entry);
	}

	@Override
	public final void lost() {
		State before = STATE.getAndUpdate(this, (now) -> (now == State.RELEASED) ? now : State.LOST);
		if (before == State.HELD) {
			onLoss();
		}
		else if (before == State.WAITING) {
			resumed();
		}
	}

	/** It was lost while it was held. Must return at once. */
	void onLoss() {
	}

	/** Look again: the session's state changed. Must return at once. */
	@Override
	public void resumed() {
	}

}
