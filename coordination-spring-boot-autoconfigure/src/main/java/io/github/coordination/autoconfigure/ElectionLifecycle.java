package io.github.coordination.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.Subscription;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * Stands for elections from when the application is ready, and publishes their changes.
 * It ends after scheduled work has stopped, and has ended when the listeners were told
 * and the entries are gone, or the listeners' time is over. An application that is ready
 * no more stays a candidate until then: it may still do what only the leader does.
 */
final class ElectionLifecycle implements SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

	/**
	 * Below the phase of schedulers and task executors.
	 */
	static final int PHASE = Integer.MAX_VALUE / 2 - 1024;

	/**
	 * The election of an application that listens for leader events and names none.
	 */
	static final String DEFAULT_ELECTION = "default";

	private static final Log logger = LogFactory.getLog(ElectionLifecycle.class);

	private final Coordinator coordinator;

	private final CoordinationEventPublisher events;

	private final CoordinationProperties properties;

	private final BooleanSupplier listenedFor;

	private final Function<Election, Subscription> watch;

	private final Readiness readiness;

	private final Set<String> names;

	private final ConcurrentMap<Election, List<Subscription>> joined = new ConcurrentHashMap<>();

	/** Guards what is joined against a stop at the same time. */
	private final ReentrantLock change = new ReentrantLock();

	private volatile boolean running;

	/**
	 * Create it.
	 * @param listenedFor whether somebody listens for the events of elections
	 * @param watch watches an election for the calls that run by it
	 */
	ElectionLifecycle(Coordinator coordinator, CoordinationEventPublisher events, CoordinationProperties properties,
			BooleanSupplier listenedFor, Function<Election, Subscription> watch, Readiness readiness) {
		this.coordinator = coordinator;
		this.events = events;
		this.properties = properties;
		this.names = new LinkedHashSet<>(properties.elections());
		this.listenedFor = listenedFor;
		this.watch = watch;
		this.readiness = readiness;
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
		this.change.lock();
		try {
			if (this.readiness.follow(event) && this.running) {
				this.joined.keySet().forEach(this::stand);
			}
		}
		finally {
			this.change.unlock();
		}
	}

	/** Stand for one more election, at once if running. */
	void add(String name) {
		this.change.lock();
		try {
			if (this.names.add(name) && this.running) {
				join(name);
			}
		}
		finally {
			this.change.unlock();
		}
	}

	@Override
	public void start() {
		this.change.lock();
		try {
			if (this.running) {
				return;
			}
			if (this.names.isEmpty() && this.listenedFor.getAsBoolean()) {
				this.names.add(DEFAULT_ELECTION);
			}
			this.names.forEach(this::join);
			this.running = true;
		}
		finally {
			this.change.unlock();
		}
	}

	@Override
	public void stop() {
		this.change.lock();
		try {
			this.running = false;
			this.readiness.forget();
			Concurrently.run(this.joined.entrySet().stream().<Runnable>map((each) -> () -> leave(each)).toList(),
					this.properties);
			this.joined.clear();
		}
		finally {
			this.change.unlock();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	private void join(String name) {
		Election election = this.coordinator.election(name);
		List<Subscription> subscriptions = new ArrayList<>(List.of(this.watch.apply(election)));
		this.joined.put(election, subscriptions);
		this.readiness.whenReady(() -> subscriptions.add(this.events.subscribe(election)));
		stand(election);
	}

	private void stand(Election election) {
		if (this.properties.autoJoin() && this.readiness.isReady()) {
			election.join();
		}
	}

	private static void leave(Map.Entry<Election, List<Subscription>> joined) {
		Election election = joined.getKey();
		try {
			election.leave();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			logger.warn("Leaving the election '" + election.name() + "' failed; it ends with the session", ex);
		}
		finally {
			joined.getValue().forEach(Subscription::close);
		}
	}

}
