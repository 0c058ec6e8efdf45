package io.github.coordination;

import org.jspecify.annotations.Nullable;

/**
 * The call can never succeed as it was made: a second member of the same id, a semaphore
 * with another number of permits than its name already has, deleting a group that has
 * members, upgrading a read lock. Mend the program; repeating the call does not help.
 */
public final class MisuseException extends CoordinationException {

	public MisuseException(String message) {
		this(message, null);
	}

	public MisuseException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
