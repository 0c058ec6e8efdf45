package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The store was asked and the answer never came: the operation happened, or did not, or
 * still may. Only an operation that is idempotent by its attempt id or conditional on a
 * revision may be repeated; the recipes do that, and clean up what was left behind.
 */
public final class IndeterminateResultException extends CoordinationException {

	public IndeterminateResultException(String message) {
		this(message, null);
	}

	public IndeterminateResultException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
