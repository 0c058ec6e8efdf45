package io.github.coordination.event;

/**
 * The store has confirmed the session again, or a new one after a loss.
 */
public final class CoordinationRestoredEvent extends SessionEvent {

	/**
	 * Create an event.
	 * @param source the coordinator
	 */
	public CoordinationRestoredEvent(Object source) {
		super(source);
	}

}
