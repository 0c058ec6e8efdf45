package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The lock, permit or leadership asked about is no longer held: its session ended, its
 * entry was removed, or its local deadline passed. Stop the protected work; another
 * process may already be doing it.
 */
public final class LockLostException extends CoordinationException {

	public LockLostException(String message) {
		this(message, null);
	}

	public LockLostException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
