package io.github.coordination.aop;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.coordination.Subscription;

/**
 * A right that can be lost while its call runs. The monitor of this object decides
 * between the end of a call and the loss, so that no interrupt can reach a thread after
 * its call. Nothing blocks under it.
 */
abstract sealed class RevocablePermission implements Permission permits Hold, RunningCall {

	private static final Log logger = LogFactory.getLog(RevocablePermission.class);

	final Caller caller = new Caller();

	/** Why it was lost, if it was; guarded by this. */
	@Nullable String lost;

	// guarded by this
	private @Nullable List<Runnable> callbacks;

	@Override
	public void leave() {
		this.caller.leave();
	}

	@Override
	public Subscription onLost(Runnable callback) {
		Runnable call = callback::run;
		synchronized (this) {
			if (this.lost == null) {
				if (this.callbacks == null) {
					this.callbacks = new ArrayList<>();
				}
				this.callbacks.add(call);
				return () -> forget(call);
			}
		}
		tell(call);
		return () -> {
		};
	}

	/** Whether it was lost while the call ran, as far as is known. */
	public boolean isLost() {
		synchronized (this) {
			return this.lost != null;
		}
	}

	/**
	 * Note the loss, unless everything is over.
	 * @return whether it is news
	 */
	boolean lose(String why) {
		List<Runnable> told;
		synchronized (this) {
			if (this.lost != null || isOver()) {
				return false;
			}
			this.lost = why;
			if (isInterruptible()) {
				this.caller.interrupt();
			}
			told = (this.callbacks != null) ? this.callbacks : List.of();
			this.callbacks = null;
		}
		told.forEach(this::tell);
		return true;
	}

	/** Whether it cannot be lost any more; asked under the monitor. */
	abstract boolean isOver();

	/** Whether the call is interrupted when it is lost. */
	abstract boolean isInterruptible();

	/** Return the threads that callbacks run on. */
	abstract Background background();

	private void tell(Runnable callback) {
		background().execute(() -> {
			try {
				callback.run();
			}
			catch (RuntimeException ex) {
				logger.warn("A callback failed: " + lostException(null).getMessage(), ex);
			}
		});
	}

	private void forget(Runnable callback) {
		synchronized (this) {
			if (this.callbacks != null) {
				this.callbacks.remove(callback);
			}
		}
	}

}
