package io.github.coordination.aop;

import org.jspecify.annotations.Nullable;

import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.Subscription;

/**
 * A nested call's part in the lock of a call around it.
 *
 * @param hold what that call holds
 */
record NestedHold(Hold hold) implements Held {

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
		// the call that acquired it watches
	}

	@Override
	public void leave() {
		// the call that acquired it still runs
	}

	@Override
	public boolean end() {
		return this.hold.end();
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
