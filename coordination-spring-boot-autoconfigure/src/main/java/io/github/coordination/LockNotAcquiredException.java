package io.github.coordination;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Somebody else had it for the whole waiting time, or the wait was interrupted where the
 * method may not say so, or this process does not lead. Nothing is held and nothing is
 * left behind; trying again later is safe.
 */
public final class LockNotAcquiredException extends CoordinationException {

	/**
	 * Report a wait that was in vain.
	 * @param name what was wanted
	 * @param waitTime how long it was waited for
	 */
	public LockNotAcquiredException(String name, Duration waitTime) {
		this("'" + name + "' was held by somebody else for the whole waiting time of " + waitTime, (Throwable) null);
	}

	public LockNotAcquiredException(String message) {
		this(message, (Throwable) null);
	}

	public LockNotAcquiredException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
