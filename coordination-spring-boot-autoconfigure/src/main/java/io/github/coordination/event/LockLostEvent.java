package io.github.coordination.event;

import io.github.coordination.FencingToken;

/**
 * A lock or permit was lost while it was held: its session ended, its entry was removed,
 * or its {@code maxHold} passed. Another process may already have it.
 */
public final class LockLostEvent extends CoordinationEvent {

	private final String name;

	private final FencingToken token;

	/**
	 * Create an event.
	 * @param source the coordinator
	 * @param name name of the lock or semaphore
	 * @param token the token it was held under
	 */
	public LockLostEvent(Object source, String name, FencingToken token) {
		super(source);
		this.name = name;
		this.token = token;
	}

	/**
	 * Return what was lost.
	 * @return name of the lock or semaphore
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return the grant that ended.
	 * @return its token
	 */
	public FencingToken token() {
		return this.token;
	}

	@Override
	public String toString() {
		return "LockLostEvent[" + this.name + ", token " + this.token + "]";
	}

}
