package io.github.coordination.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

import io.github.coordination.Coordinator;
import io.github.coordination.Group;
import io.github.coordination.Partitioner;
import io.github.coordination.Subscription;
import io.github.coordination.event.CoordinationEventPublisher;

/**
 * Is a member of groups while the context runs and the application is ready, takes part
 * in their partitions, and publishes their changes. A context without readiness, such as
 * one in a test, counts as ready while it runs.
 */
final class GroupLifecycle implements SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

	/**
	 * Above the phases of the web server: it starts before, and drains after, this.
	 */
	static final int PHASE = Integer.MAX_VALUE - 512;

	private static final Log logger = LogFactory.getLog(GroupLifecycle.class);

	private final Coordinator coordinator;

	private final CoordinationEventPublisher events;

	private final CoordinationProperties properties;

	private final Supplier<Map<String, Map<String, String>>> memberships;

	private final Function<Partitioner, Subscription> watch;

	/** Groups whose keys annotated methods ask for. */
	private final Set<String> keyed = new LinkedHashSet<>();

	private final Readiness readiness;

	private final ReentrantLock change = new ReentrantLock();

	private final List<Subscription> subscriptions = new ArrayList<>();

	private final List<Partitioner> partitioners = new ArrayList<>();

	private final Map<String, Map<String, String>> wanted = new LinkedHashMap<>();

	private volatile boolean running;

	/**
	 * Create it.
	 * @param memberships finds the metadata of the groups to join
	 * @param watch watches a partitioner for the calls that run by its slots
	 */
	GroupLifecycle(Coordinator coordinator, CoordinationEventPublisher events, CoordinationProperties properties,
			Supplier<Map<String, Map<String, String>>> memberships, Function<Partitioner, Subscription> watch,
			Readiness readiness) {
		this.coordinator = coordinator;
		this.events = events;
		this.properties = properties;
		this.memberships = memberships;
		this.watch = watch;
		this.readiness = readiness;
	}

	/**
	 * Be a member of one more group, and share its keys, at once if running.
	 */
	void partition(String group) {
		this.change.lock();
		try {
			if (!this.keyed.add(group) || !this.running) {
				return;
			}
			if (!this.properties.partitions().contains(group)) {
				share(group);
			}
			if (this.wanted.putIfAbsent(group, Map.of()) != null) {
				return;
			}
			if (!this.properties.groups().contains(group)) {
				observe(group);
			}
			if (this.readiness.isReady() && this.properties.autoJoin()) {
				join(group, Map.of());
			}
		}
		finally {
			this.change.unlock();
		}
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
		this.change.lock();
		try {
			if (this.readiness.follow(event) && this.running) {
				follow();
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
			this.wanted.clear();
			this.wanted.putAll(this.memberships.get());
			this.keyed.forEach((group) -> this.wanted.putIfAbsent(group, Map.of()));
			Set<String> observed = new LinkedHashSet<>(this.wanted.keySet());
			observed.addAll(this.properties.groups());
			observed.forEach(this::observe);
			Set<String> shared = new LinkedHashSet<>(this.properties.partitions());
			shared.addAll(this.keyed);
			shared.forEach(this::share);
			this.running = true;
			follow();
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
			Concurrently.run(this.partitioners.stream().<Runnable>map((each) -> each::close).toList());
			this.partitioners.clear();
			leave();
			this.subscriptions.forEach(Subscription::close);
			this.subscriptions.clear();
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

	private void observe(String group) {
		publish(() -> this.events.subscribe(this.coordinator.group(group)));
	}

	private void share(String group) {
		Partitioner partitioner = this.coordinator.partition(group);
		this.partitioners.add(partitioner);
		this.subscriptions.add(this.watch.apply(partitioner));
		publish(() -> this.events.subscribe(partitioner));
	}

	/** Not before the application is ready to hear of it. */
	private void publish(Supplier<Subscription> subscription) {
		this.readiness.whenReady(() -> this.subscriptions.add(subscription.get()));
	}

	private void follow() {
		if (!this.properties.autoJoin()) {
			return;
		}
		if (this.readiness.isReady()) {
			this.wanted.forEach(this::join);
		}
		else {
			leave();
		}
	}

	private void join(String name, Map<String, String> metadata) {
		try {
			this.coordinator.group(name).join(metadata);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while joining the group '" + name + "'", ex);
		}
	}

	private void leave() {
		for (String name : this.wanted.keySet()) {
			Group group = this.coordinator.group(name);
			try {
				group.leave();
			}
			catch (RuntimeException ex) {
				logger.warn("Leaving the group '" + name + "' failed; it ends with the session", ex);
			}
		}
	}

}
