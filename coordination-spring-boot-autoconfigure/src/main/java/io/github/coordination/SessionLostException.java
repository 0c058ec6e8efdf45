package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The session an operation belonged to is over, so the operation did not happen. The
 * coordinator opens a new session by itself; what was held in the old one stays lost.
 */
public final class SessionLostException extends CoordinationException {

	public SessionLostException(String message) {
		this(message, null);
	}

	public SessionLostException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
