package io.github.coordination.annotation;

import io.github.coordination.LockNotAcquiredException;

/**
 * What a call does in a process that does not lead.
 */
public enum OnFollower {

	/**
	 * It returns without running the method: {@code null}, an empty {@code Optional}, a
	 * future completed with {@code null}, or an empty {@code Mono} or {@code Flux}, as
	 * the return type asks for. A primitive return type is refused at start.
	 */
	SKIP,

	/**
	 * It throws {@link LockNotAcquiredException}.
	 */
	THROW

}
