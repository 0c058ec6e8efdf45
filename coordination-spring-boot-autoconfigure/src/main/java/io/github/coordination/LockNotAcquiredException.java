package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * Somebody else had it for the whole waiting time. Nothing is held and nothing is left
 * behind; trying again later is safe.
 */
public final class LockNotAcquiredException extends CoordinationException {

	public LockNotAcquiredException(String message) {
		this(message, null);
	}

	public LockNotAcquiredException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
