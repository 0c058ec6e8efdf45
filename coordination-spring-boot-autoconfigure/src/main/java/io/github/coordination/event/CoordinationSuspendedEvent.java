package io.github.coordination.event;

/**
 * The store did not confirm the session. What is held is still held until the local
 * deadline; nothing new is granted.
 */
public final class CoordinationSuspendedEvent extends SessionEvent {

	/**
	 * Create an event.
	 * @param source the coordinator
	 */
	public CoordinationSuspendedEvent(Object source) {
		super(source);
	}

}
