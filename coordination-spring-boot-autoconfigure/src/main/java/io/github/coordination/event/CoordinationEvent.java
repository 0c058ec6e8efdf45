package io.github.coordination.event;

import org.springframework.context.ApplicationEvent;

/**
 * What all events of this library have in common. The source is the object that changed.
 */
public abstract sealed class CoordinationEvent extends ApplicationEvent
		permits SessionEvent, ElectionEvent, GroupEvent, LockLostEvent, PartitionsChangedEvent {

	CoordinationEvent(Object source) {
		super(source);
	}

}
