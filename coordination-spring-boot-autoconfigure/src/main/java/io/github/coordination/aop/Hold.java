package io.github.coordination.aop;

import java.time.Duration;
import java.util.concurrent.Future;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.MisuseException;
import io.github.coordination.Subscription;

/**
 * What an annotated call holds: a lock that is given back when the call is over, and so
 * are the nested calls of the same name and the futures that they returned.
 */
final class Hold extends RevocablePermission implements Held, LockHandle {

	private static final Log logger = LogFactory.getLog(Hold.class);

	private static final String ENDED = "its session ended or its entry was removed";

	private final LockHandle handle;

	private final boolean exclusive;

	private final @Nullable Duration maxHold;

	private final LockPlan plan;

	private final Holds owner;

	/** What its thread holds besides, from earlier and still running calls. */
	private final @Nullable Hold outer;

	private final long began = System.nanoTime();

	// guarded by this

	private int users = 1;

	private boolean watching;

	private boolean given;

	private @Nullable Future<?> expiry;

	Hold(LockHandle handle, boolean exclusive, @Nullable Duration maxHold, LockPlan plan, Holds owner,
			@Nullable Hold outer) {
		this.handle = handle;
		this.exclusive = exclusive;
		this.maxHold = maxHold;
		this.plan = plan;
		this.owner = owner;
		this.outer = outer;
	}

	@Override
	public LockHandle handle() {
		return this;
	}

	@Override
	public Hold top(@Nullable Hold outer) {
		return this;
	}

	@Override
	public void begin() {
		if (this.plan.interrupts) {
			watch();
		}
		Duration maxHold = this.maxHold;
		if (maxHold != null) {
			FencingToken token = this.handle.fencingToken();
			Future<?> scheduled = background().schedule(maxHold, () -> expire(maxHold, token));
			synchronized (this) {
				this.expiry = scheduled;
			}
		}
	}

	@Nullable Hold outer() {
		return this.outer;
	}

	/**
	 * Let a nested call take part.
	 * @param wanted the name of its lock
	 * @param exclusively whether it wants it for itself
	 * @param sharing what the call asks for
	 * @return its part, {@code null} if this is another lock or one that was given back
	 */
	@Nullable Held share(String wanted, boolean exclusively, LockPlan sharing) {
		if (!this.handle.name().equals(wanted)) {
			return null;
		}
		synchronized (this) {
			if (this.given || this.users == 0) {
				return null;
			}
		}
		ensureHeld();
		if (exclusively && !this.exclusive) {
			throw new MisuseException(
					"this thread holds '" + name() + "' as a shared lock and would wait for itself in " + sharing.label
							+ ": make the outer call exclusive too");
		}
		synchronized (this) {
			if (this.given || this.users == 0) {
				return null;
			}
			this.users++;
		}
		return new NestedHold(this, sharing.interrupts);
	}

	/** Whether the running thread is told of a loss anyway. */
	boolean interruptsHere() {
		return this.plan.interrupts && this.caller.isCurrent();
	}

	/** Whether it is kept at this moment, also if the news of a loss have not come. */
	boolean look() {
		if (!this.handle.isHeld()) {
			lose(ENDED);
		}
		return !isLost();
	}

	/**
	 * A call or a future is over; the last one gives the lock back.
	 */
	@Override
	public boolean end() {
		boolean last;
		boolean kept;
		synchronized (this) {
			this.users--;
			last = this.users == 0;
			kept = this.lost == null;
			if (last && kept && this.given) {
				return true;
			}
		}
		if (last && kept) {
			kept = giveBack();
			if (!kept) {
				synchronized (this) {
					// seen here before the news of it came
					this.lost = ENDED;
				}
			}
		}
		if (last && !kept && !this.plan.interrupts) {
			logger.warn(lostException(null).getMessage());
		}
		return kept;
	}

	@Override
	public void abandon() {
		synchronized (this) {
			this.users = 0;
			this.given = true;
		}
		this.handle.release();
	}

	@Override
	public LockLostException lostException(@Nullable Throwable cause) {
		String why;
		synchronized (this) {
			why = this.lost;
		}
		return new LockLostException("'" + name() + "' was lost while " + this.plan.label + " ran: " + why, cause);
	}

	@Override
	public String name() {
		return this.handle.name();
	}

	@Override
	public FencingToken fencingToken() {
		ensureHeld();
		return this.handle.fencingToken();
	}

	@Override
	public boolean isHeld() {
		synchronized (this) {
			if (this.lost != null || this.given) {
				return false;
			}
		}
		return this.handle.isHeld();
	}

	@Override
	public Duration remaining() {
		if (!isHeld()) {
			return Duration.ZERO;
		}
		Duration remaining = this.handle.remaining();
		Duration maxHold = this.maxHold;
		if (maxHold == null) {
			return remaining;
		}
		Duration rest = maxHold.minus(elapsed());
		if (rest.isNegative()) {
			return Duration.ZERO;
		}
		return (rest.compareTo(remaining) < 0) ? rest : remaining;
	}

	@Override
	public void ensureHeld() {
		synchronized (this) {
			if (this.lost != null) {
				throw lostException(null);
			}
			if (this.given) {
				throw new LockLostException("'" + name() + "' is not held any more: it was released");
			}
		}
		this.handle.ensureHeld();
	}

	@Override
	public Subscription onLost(Runnable callback) {
		Subscription subscription = super.onLost(callback);
		watch();
		return subscription;
	}

	@Override
	public boolean release() {
		synchronized (this) {
			if (this.lost != null || this.given || this.users == 0) {
				return false;
			}
			this.given = true;
		}
		return giveBack();
	}

	@Override
	public String toString() {
		return this.handle.toString();
	}

	@Override
	boolean isOver() {
		return this.given || this.users == 0;
	}

	@Override
	boolean isInterruptible() {
		return this.plan.interrupts;
	}

	@Override
	Background background() {
		return this.owner.background();
	}

	private void watch() {
		synchronized (this) {
			if (this.watching) {
				return;
			}
			this.watching = true;
		}
		this.handle.onLost(() -> lose(ENDED));
	}

	private void expire(Duration maxHold, FencingToken token) {
		if (lose("it was held for its maxHold of " + maxHold)) {
			background().execute(() -> {
				boolean held = this.handle.isHeld();
				// otherwise the coordinator has told of the loss
				if (this.handle.release() || held) {
					this.owner.lost(name(), token);
				}
			});
		}
	}

	private boolean giveBack() {
		Future<?> timer;
		synchronized (this) {
			timer = this.expiry;
		}
		if (timer != null) {
			timer.cancel(false);
		}
		Duration atLeastFor = this.plan.atLeastFor;
		if (atLeastFor != null && this.handle.isHeld()) {
			Duration rest = atLeastFor.minus(elapsed());
			if (!rest.isNegative() && background().executeLater(rest, this.handle::release)) {
				return true;
			}
		}
		return this.handle.release();
	}

	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.began);
	}

}
