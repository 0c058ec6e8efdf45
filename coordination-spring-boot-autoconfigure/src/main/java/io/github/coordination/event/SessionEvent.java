package io.github.coordination.event;

/**
 * The session of a coordinator changed, and with it everything that is held.
 */
public abstract sealed class SessionEvent extends CoordinationEvent
		permits CoordinationSuspendedEvent, CoordinationRestoredEvent, CoordinationLostEvent {

	SessionEvent(Object source) {
		super(source);
	}

	@Override
	public String toString() {
		return getClass().getSimpleName();
	}

}
