package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything this library throws, but {@link IllegalArgumentException} for values
 * that are not allowed and what {@code java.util.concurrent} prescribes. There is one
 * subclass for each thing a caller can do about a failure, and no more.
 */
public abstract class CoordinationException extends RuntimeException {

	protected CoordinationException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
