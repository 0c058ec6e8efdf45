package io.github.coordination.recipe;

import org.jspecify.annotations.Nullable;

import io.github.coordination.session.Lease;
import io.github.coordination.session.Tracked;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;

/**
 * One slot's entry in one session, from before it is asked for until it is given up.
 */
final class Slot implements Tracked {

	private final int number;

	private final Lease lease;

	private final EntryKey key;

	private final Runnable onChange;

	private volatile @Nullable Entry entry;

	/** Whether the listeners think so; changed under the partitioner's news lock. */
	private volatile boolean owned;

	private volatile boolean lost;

	/**
	 * Create it.
	 * @param onChange called when the session is lost or confirmed again; returns at once
	 */
	Slot(int number, Lease lease, EntryKey key, Runnable onChange) {
		this.number = number;
		this.lease = lease;
		this.key = key;
		this.onChange = onChange;
	}

	int number() {
		return this.number;
	}

	boolean isOwned() {
		return this.owned && !this.lost && this.lease.isLive();
	}

	/** Whether the listeners think that it is owned; asked under the news lock. */
	boolean isTold() {
		return this.owned;
	}

	boolean isLost() {
		return this.lost || this.lease.isLost();
	}

	/**
	 * Have the entry.
	 * @param existing the entry that is there, {@code null} if there is none
	 * @return {@code false} if somebody else has it
	 */
	boolean claim(@Nullable Entry existing, byte[] value) {
		if (!this.lease.track(this.key, this)) {
			return false;
		}
		// an earlier call may have created it without our hearing of it
		boolean own = existing != null && this.lease.id().equals(existing.sessionId());
		this.entry = own ? existing : this.lease.create(this.key, value).orElse(null);
		return this.entry != null;
	}

	/** Own it from now on, if it can be; {@code false} if that changes nothing. */
	boolean own() {
		if (this.owned || this.lost || this.entry == null || !this.lease.isConnected()) {
			return false;
		}
		this.owned = true;
		return true;
	}

	/** Own it no longer; {@code false} if it was not owned. */
	boolean disown() {
		boolean was = this.owned;
		this.owned = false;
		return was;
	}

	void giveUp() {
		this.lease.giveUp(this.key, this, this.entry);
	}

	@Override
	public @Nullable Entry entry() {
		return this.entry;
	}

	@Override
	public void lost() {
		this.lost = true;
		this.onChange.run();
	}

	@Override
	public void resumed() {
		this.onChange.run();
	}

}
