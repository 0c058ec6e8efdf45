package io.github.coordination.event;

/**
 * The session is over, and everything held in it is lost. A new one is being opened;
 * groups and elections are entered again by themselves.
 */
public final class CoordinationLostEvent extends SessionEvent {

	/**
	 * Create an event.
	 * @param source the coordinator
	 */
	public CoordinationLostEvent(Object source) {
		super(source);
	}

}
