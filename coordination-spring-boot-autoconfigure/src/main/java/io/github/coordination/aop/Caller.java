package io.github.coordination.aop;

import org.jspecify.annotations.Nullable;

/**
 * The thread of a call, which is interrupted only while the call runs, and does not keep
 * an interrupt that was meant for the call. Nothing blocks under its monitor.
 */
final class Caller {

	// guarded by this

	private @Nullable Thread thread = Thread.currentThread();

	private boolean interrupted;

	/** Interrupt the thread if its call still runs. */
	void interrupt() {
		synchronized (this) {
			if (this.thread != null) {
				this.interrupted = true;
				this.thread.interrupt();
			}
		}
	}

	/** Whether the running thread is that of the call. */
	boolean isCurrent() {
		synchronized (this) {
			return this.thread == Thread.currentThread();
		}
	}

	/** The call is over; to be called by its thread. */
	void leave() {
		boolean clear;
		synchronized (this) {
			this.thread = null;
			clear = this.interrupted;
		}
		if (clear) {
			Thread.interrupted();
		}
	}

}
