package io.github.coordination.autoconfigure;

import java.util.stream.Stream;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

import io.github.coordination.event.CoordinationEvent;
import io.github.coordination.event.LeaderChangedEvent;
import io.github.coordination.event.LeaderGrantedEvent;
import io.github.coordination.event.LeaderRevokedEvent;

/**
 * Finds out whether an application listens for the events of elections in particular.
 */
final class LeaderEventListeners {

	private LeaderEventListeners() {
	}

	static boolean existIn(ApplicationContext context) {
		return context instanceof AbstractApplicationContext listening
				&& listening.getApplicationListeners().stream().anyMatch(LeaderEventListeners::isOne);
	}

	private static boolean isOne(ApplicationListener<?> candidate) {
		GenericApplicationListener listener = (candidate instanceof GenericApplicationListener generic) ? generic
				: new GenericApplicationListenerAdapter(candidate);
		// whoever listens for everything does not ask for an election
		return !supports(listener, CoordinationEvent.class)
				&& Stream.of(LeaderGrantedEvent.class, LeaderRevokedEvent.class, LeaderChangedEvent.class)
					.anyMatch((event) -> supports(listener, event));
	}

	private static boolean supports(GenericApplicationListener listener, Class<?> event) {
		return listener.supportsEventType(ResolvableType.forClass(event));
	}

}
