package io.github.coordination.aop;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockLostException;

/**
 * A call that runs by what is not its own, such as leadership of its process.
 */
final class RunningCall extends RevocablePermission {

	private final RunningCalls calls;

	private final int slot;

	private final OwnerPlan plan;

	private final CompletableFuture<Void> over = new CompletableFuture<>();

	/** Guarded by this. */
	private boolean ended;

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

	/**
	 * What it runs by is revoked.
	 * @return completes when the call is over
	 */
	CompletableFuture<Void> revoke() {
		lose("moved away");
		return this.over;
	}

	@Override
	public boolean end() {
		boolean kept;
		synchronized (this) {
			this.ended = true;
			kept = !isLost();
		}
		this.calls.remove(this);
		this.over.complete(null);
		return kept;
	}

	@Override
	public void abandon() {
		end();
	}

	@Override
	public LockLostException lostException(@Nullable Throwable cause) {
		return new LockLostException(this.plan.owned() + " moved away while " + this.plan.label + " ran", cause);
	}

	@Override
	boolean isOver() {
		return this.ended;
	}

	@Override
	boolean isInterruptible() {
		return this.plan.interrupts;
	}

	@Override
	Background background() {
		return this.calls.background();
	}

}
