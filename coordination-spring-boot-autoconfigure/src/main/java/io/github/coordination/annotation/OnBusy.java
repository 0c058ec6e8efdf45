package io.github.coordination.annotation;

import io.github.coordination.LockNotAcquiredException;

/**
 * What a call does when somebody else has the lock for the whole waiting time. A store
 * that does not answer is a failure in any case.
 */
public enum OnBusy {

	/**
	 * It throws {@link LockNotAcquiredException}.
	 */
	THROW,

	/**
	 * It returns without running the method: {@code null}, an empty {@code Optional}, a
	 * future completed with {@code null}, or an empty {@code Mono} or {@code Flux}, as
	 * the return type asks for. A primitive return type is refused at start.
	 */
	SKIP

}
