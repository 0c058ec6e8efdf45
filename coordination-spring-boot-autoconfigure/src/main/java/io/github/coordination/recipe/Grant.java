package io.github.coordination.recipe;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.Subscription;
import io.github.coordination.session.Lease;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Entry;

/**
 * A place in a queue that becomes the handle of whoever it is granted to.
 */
final class Grant extends Place implements LockHandle {

	private final Context context;

	private final LocalQueue queue;

	private final int share;

	/** Local permits it has. Changed by the thread that waits, before it is held. */
	private int permits;

	private volatile @Nullable Inbox inbox;

	/** Made by the first caller of {@link #onLost}: most handles never need it. */
	private volatile @Nullable List<Runnable> callbacks;

	/**
	 * Create it.
	 * @param permits the local permits it has
	 * @param share how many of them it keeps once it has its place in the store
	 */
	Grant(Context context, Lease lease, LocalQueue queue, int permits, int share) {
		super(lease, queue.directory());
		this.context = context;
		this.queue = queue;
		this.permits = permits;
		this.share = share;
	}

	/** It has its place in the store: let in those who may not overtake it. */
	void entered() {
		if (this.permits > this.share) {
			this.queue.gate().release(this.permits - this.share);
			this.permits = this.share;
		}
	}

	/** The local permits to give back if it is not granted. */
	int permits() {
		return this.permits;
	}

	/** Where to tell the waiting thread that the session's state changed. */
	void wake(Inbox inbox) {
		this.inbox = inbox;
	}

	@Override
	public String name() {
		return this.queue.directory().name();
	}

	@Override
	public FencingToken fencingToken() {
		ensureHeld();
		return token();
	}

	@Override
	public boolean isHeld() {
		return isGranted();
	}

	@Override
	public Duration remaining() {
		return (state() == State.HELD) ? lease().remaining() : Duration.ZERO;
	}

	@Override
	public void ensureHeld() {
		if (!isGranted()) {
			throw new LockLostException("'" + name() + "' is not held any more: "
					+ ((state() == State.RELEASED) ? "it was released" : "its session was lost"));
		}
	}

	@Override
	public Subscription onLost(Runnable callback) {
		List<Runnable> registered = callbacks();
		// a wrapper, so that the same callback registered twice is two callbacks
		Runnable call = callback::run;
		registered.add(call);
		// a loss before the line above may not have seen it; who takes it off the list
		// runs it
		if (state() == State.LOST && registered.remove(call)) {
			new SerialExecutor(this.context.environment().callbacks()).execute(call);
		}
		return () -> registered.remove(call);
	}

	@Override
	public boolean release() {
		boolean live = lease().isLive();
		if (!endGrant()) {
			return false;
		}
		try {
			// an entry that is gone was removed by somebody else, unnoticed until now
			return giveUp() && live;
		}
		finally {
			leave();
		}
	}

	@Override
	public void resumed() {
		Inbox waiting = this.inbox;
		if (waiting != null) {
			waiting.onChange(Change.UNKNOWN);
		}
	}

	@Override
	void onLoss() {
		leave();
		List<Runnable> registered = this.callbacks;
		if (registered != null) {
			SerialExecutor calls = new SerialExecutor(this.context.environment().callbacks());
			for (Runnable call : registered) {
				if (registered.remove(call)) {
					calls.execute(call);
				}
			}
		}
		FencingToken token = token();
		this.context.listeners().tell((listener) -> listener.onLockLost(name(), token));
	}

	@Override
	public String toString() {
		return "LockHandle[" + name() + ", " + state() + "]";
	}

	private FencingToken token() {
		Entry entry = entry();
		if (entry == null) {
			throw new IllegalStateException("'" + name() + "' was never granted");
		}
		return new FencingToken(entry.createRevision());
	}

	private void leave() {
		this.queue.gate().release(this.share);
		this.context.queues().leave(this.queue);
	}

	private List<Runnable> callbacks() {
		List<Runnable> registered = this.callbacks;
		if (registered == null) {
			synchronized (this) {
				registered = this.callbacks;
				if (registered == null) {
					registered = new CopyOnWriteArrayList<>();
					this.callbacks = registered;
				}
			}
		}
		return registered;
	}

}
