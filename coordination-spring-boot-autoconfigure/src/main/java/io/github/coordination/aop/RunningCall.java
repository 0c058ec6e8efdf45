package io.github.coordination.aop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockLostException;
import io.github.coordination.Subscription;

/**
 * A call that runs by what is not its own, such as leadership of its process. The monitor
 * of this object decides between the end of the call and the revocation. Nothing blocks
 * under it.
 */
final class RunningCall implements Permission {

	private final RunningCalls calls;

	private final int slot;

	private final OwnerPlan plan;

	private final Caller caller = new Caller();

	private final CompletableFuture<Void> over = new CompletableFuture<>();

	// guarded by this

	private boolean revoked;

	private boolean ended;

	private @Nullable List<Runnable> callbacks;

	/**
	 * Create it.
	 * @param slot what it runs by among the things that can be revoked on their own
	 */
	RunningCall(RunningCalls calls, int slot, OwnerPlan plan) {
		this.calls = calls;
		this.slot = slot;
		this.plan = plan;
	}

	int slot() {
		return this.slot;
	}

	boolean isInterruptible() {
		return this.plan.interrupts;
	}

	/**
	 * What it runs by is revoked.
	 * @return completes when the call is over
	 */
	CompletableFuture<Void> revoke() {
		List<Runnable> told;
		synchronized (this) {
			if (this.ended || this.revoked) {
				return this.over;
			}
			this.revoked = true;
			if (this.plan.interrupts) {
				this.caller.interrupt();
			}
			told = (this.callbacks != null) ? this.callbacks : List.of();
			this.callbacks = null;
		}
		told.forEach(this.calls.background()::execute);
		return this.over;
	}

	@Override
	public void leave() {
		this.caller.leave();
	}

	@Override
	public boolean end() {
		boolean kept;
		synchronized (this) {
			this.ended = true;
			kept = !this.revoked;
		}
		this.calls.remove(this);
		this.over.complete(null);
		return kept;
	}

	@Override
	public boolean isLost() {
		synchronized (this) {
			return this.revoked;
		}
	}

	@Override
	public Subscription onLost(Runnable callback) {
		Runnable call = callback::run;
		synchronized (this) {
			if (!this.revoked) {
				if (this.callbacks == null) {
					this.callbacks = new ArrayList<>();
				}
				this.callbacks.add(call);
				return () -> forget(call);
			}
		}
		this.calls.background().execute(call);
		return () -> {
		};
	}

	@Override
	public LockLostException lostException(@Nullable Throwable cause) {
		return new LockLostException(this.plan.owned() + " moved away while " + this.plan.label + " ran", cause);
	}

	private void forget(Runnable callback) {
		synchronized (this) {
			if (this.callbacks != null) {
				this.callbacks.remove(callback);
			}
		}
	}

}
