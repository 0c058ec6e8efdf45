package io.github.coordination.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;

/**
 * Whether an application is ready, as its events tell. A context in which none will, such
 * as one in a test, is always ready. Whoever owns it guards it.
 */
final class Readiness {

	private final ApplicationContext context;

	private final List<Runnable> waiting = new ArrayList<>();

	private boolean ready;

	/**
	 * Create it.
	 * @param context the application's context
	 * @param told whether an event will tell that the application is ready
	 */
	Readiness(ApplicationContext context, boolean told) {
		this.context = context;
		this.ready = !told;
	}

	boolean isReady() {
		return this.ready;
	}

	/** Do something now, or as soon as the application is ready. */
	void whenReady(Runnable task) {
		if (this.ready) {
			task.run();
		}
		else {
			this.waiting.add(task);
		}
	}

	/** Do nothing of what still waits. */
	void forget() {
		this.waiting.clear();
	}

	/**
	 * Take note of an event.
	 * @return whether it is this application's: a child context, such as that of a
	 * management server, speaks for itself
	 */
	boolean follow(AvailabilityChangeEvent<ReadinessState> event) {
		if (event.getSource() instanceof ApplicationContext source && source != this.context) {
			return false;
		}
		this.ready = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
		if (this.ready) {
			this.waiting.forEach(Runnable::run);
			this.waiting.clear();
		}
		return true;
	}

}
