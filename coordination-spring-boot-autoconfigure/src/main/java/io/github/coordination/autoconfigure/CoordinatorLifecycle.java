package io.github.coordination.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

import io.github.coordination.Coordinator;
import io.github.coordination.Subscription;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * Publishes what concerns the coordinator as a whole. When the context closes, and not
 * when it only pauses, it also closes the coordinator: above the phase in which the
 * application's own connections to stores stop, because entries are released through
 * them.
 */
final class CoordinatorLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

	/**
	 * Above connection factories, which are at 0, and below all that may use locks.
	 */
	static final int PHASE = 1024;

	private final Coordinator coordinator;

	private final boolean owned;

	private final ApplicationContext context;

	private final CoordinationEventPublisher events;

	private volatile boolean closing;

	private volatile @Nullable Subscription subscription;

	/**
	 * Create it.
	 * @param owned whether the coordinator is to be closed with the context
	 */
	CoordinatorLifecycle(Coordinator coordinator, boolean owned, ApplicationContext context) {
		this.coordinator = coordinator;
		this.owned = owned;
		this.context = context;
		this.events = new CoordinationEventPublisher(context);
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		// those of child contexts come here too
		if (event.getApplicationContext() == this.context) {
			this.closing = true;
		}
	}

	@Override
	public void start() {
		if (this.subscription == null) {
			this.subscription = this.events.subscribe(this.coordinator);
		}
	}

	@Override
	public void stop() {
		Subscription ending = this.subscription;
		if (ending != null) {
			this.subscription = null;
			ending.close();
		}
		if (this.closing && this.owned) {
			this.coordinator.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.subscription != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
