package io.github.coordination.aop;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.Subscription;

/**
 * A nested call's part in the lock of a call around it. What is to happen at a loss is
 * its own, and so may be its thread.
 */
final class NestedHold implements Held {

	private final Hold hold;

	private final boolean interrupts;

	private final Caller caller = new Caller();

	/** Written and read by the thread of the call. */
	private @Nullable Subscription watch;

	/**
	 * Create it.
	 * @param hold what the call around holds
	 * @param interrupts whether the nested call is to know that it was lost
	 */
	NestedHold(Hold hold, boolean interrupts) {
		this.hold = hold;
		this.interrupts = interrupts;
	}

	@Override
	public LockHandle handle() {
		return this.hold;
	}

	@Override
	public @Nullable Hold top(@Nullable Hold outer) {
		return outer;
	}

	@Override
	public void begin() {
		if (this.interrupts && !this.hold.interruptsHere()) {
			this.watch = this.hold.onLost(this.caller::interrupt);
		}
	}

	@Override
	public void leave() {
		this.caller.leave();
		Subscription ending = this.watch;
		if (ending != null) {
			ending.close();
		}
	}

	@Override
	public boolean end() {
		boolean kept = !this.interrupts || this.hold.look();
		return this.hold.end() && kept;
	}

	@Override
	public boolean isLost() {
		return this.hold.isLost();
	}

	@Override
	public void abandon() {
		this.hold.end();
	}

	@Override
	public Subscription onLost(Runnable callback) {
		return this.hold.onLost(callback);
	}

	@Override
	public LockLostException lostException(@Nullable Throwable cause) {
		return this.hold.lostException(cause);
	}

}
