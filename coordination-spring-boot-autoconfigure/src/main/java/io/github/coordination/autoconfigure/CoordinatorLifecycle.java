package io.github.coordination.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

import io.github.coordination.Coordinator;
import io.github.coordination.Subscription;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * Publishes what concerns each coordinator as a whole, and holds one that the application
 * has made to what is required. When the context closes, and not when it only pauses, it
 * also closes those that were connected for it: above the phase in which the
 * application's own connections to stores stop, because entries are released through
 * them.
 */
final class CoordinatorLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent>, AutoCloseable {

	/**
	 * Above connection factories, which are at 0, and below all that may use locks.
	 */
	static final int PHASE = 1024;

	private final ApplicationContext context;

	private final ObjectProvider<Coordinator> first;

	private final Set<Requirement> required;

	private final CoordinationEventPublisher events;

	/** Those to be closed with the context. */
	private final Set<Coordinator> connected = new CopyOnWriteArraySet<>();

	private final Map<Coordinator, Subscription> subscriptions = new ConcurrentHashMap<>();

	private volatile @Nullable Coordinator own;

	private volatile boolean closing;

	private volatile boolean running;

	/**
	 * Create it.
	 * @param first the coordinator that annotations use
	 * @param required what its store must promise if the application has made it
	 */
	CoordinatorLifecycle(ApplicationContext context, ObjectProvider<Coordinator> first, Set<Requirement> required) {
		this.context = context;
		this.first = first;
		this.required = required;
		this.events = new CoordinationEventPublisher(context);
	}

	/** Care for the coordinator of the application; the bean may be a proxy of it. */
	void addFirst(Coordinator coordinator) {
		this.own = coordinator;
		this.connected.add(coordinator);
	}

	/** Care for a further coordinator, from now on or from the start on. */
	void add(Coordinator coordinator) {
		this.connected.add(coordinator);
		if (this.running) {
			subscribe(coordinator);
		}
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
		this.running = true;
		Coordinator first = this.first.getObject();
		Coordinator own = this.own;
		if (own == null) {
			Requirement.check(this.required, first.guarantees());
		}
		subscribe(first);
		this.connected.stream().filter((each) -> each != own).forEach(this::subscribe);
	}

	@Override
	public void stop() {
		this.running = false;
		this.subscriptions.values().forEach(Subscription::close);
		this.subscriptions.clear();
		if (this.closing) {
			close();
		}
	}

	/** Also of a context that failed before it was started. */
	@Override
	public void close() {
		this.connected.forEach(Coordinator::close);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private void subscribe(Coordinator coordinator) {
		this.subscriptions.computeIfAbsent(coordinator, this.events::subscribe);
	}

}
