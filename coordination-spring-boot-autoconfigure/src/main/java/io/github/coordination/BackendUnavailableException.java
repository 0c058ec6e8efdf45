package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The store could not be reached, or refused to work, and the operation did not happen.
 * Repeating it is safe.
 */
public final class BackendUnavailableException extends CoordinationException {

	public BackendUnavailableException(String message) {
		this(message, null);
	}

	public BackendUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
