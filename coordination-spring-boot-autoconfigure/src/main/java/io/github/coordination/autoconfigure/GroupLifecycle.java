package io.github.coordination.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

import io.github.coordination.Coordinator;
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

	/** By the group; closed when it has been left. */
	private final Map<String, List<Subscription>> subscriptions = new HashMap<>();

	private final Set<String> observed = new HashSet<>();

	private final Map<String, Partitioner> partitioners = new LinkedHashMap<>();

	private final Map<String, Map<String, String>> wanted = new LinkedHashMap<>();

	/** How often this was started: what a stop left undone must not harm the next run. */
	private volatile int run;

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
			if (this.keyed.add(group) && this.running) {
				share(group);
				want(group, Map.of());
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
			if (this.readiness.follow(event) && this.running && this.properties.autoJoin()) {
				if (this.readiness.isReady()) {
					this.wanted.forEach(this::join);
				}
				else {
					leave(this.wanted.keySet(), Map.of(), Map.of());
				}
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
			Map<String, Map<String, String>> found = this.memberships.get();
			this.run++;
			this.running = true;
			this.properties.groups().forEach(this::observe);
			this.properties.partitions().forEach(this::share);
			this.keyed.forEach(this::share);
			found.forEach(this::want);
			this.keyed.forEach((group) -> want(group, Map.of()));
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
			Set<String> groups = new LinkedHashSet<>(this.partitioners.keySet());
			groups.addAll(this.wanted.keySet());
			groups.addAll(this.observed);
			leave(groups, this.partitioners, this.subscriptions);
			this.partitioners.clear();
			this.wanted.clear();
			this.observed.clear();
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

	private void want(String group, Map<String, String> metadata) {
		if (this.wanted.putIfAbsent(group, metadata) == null) {
			observe(group);
			if (this.readiness.isReady() && this.properties.autoJoin()) {
				join(group, metadata);
			}
		}
	}

	private void observe(String group) {
		if (this.observed.add(group)) {
			publish(group, () -> this.events.subscribe(this.coordinator.group(group)));
		}
	}

	private void share(String group) {
		this.partitioners.computeIfAbsent(group, (name) -> {
			Partitioner partitioner = this.coordinator.partition(name);
			subscriptions(name).add(this.watch.apply(partitioner));
			publish(name, () -> this.events.subscribe(partitioner));
			return partitioner;
		});
	}

	/** Not before the application is ready to hear of it. */
	private void publish(String group, Supplier<Subscription> subscription) {
		this.readiness.whenReady(() -> subscriptions(group).add(subscription.get()));
	}

	private List<Subscription> subscriptions(String group) {
		return this.subscriptions.computeIfAbsent(group, (name) -> new ArrayList<>());
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

	/** Side by side: of each group first the slots, then the membership. */
	private void leave(Set<String> groups, Map<String, Partitioner> shared, Map<String, List<Subscription>> told) {
		int left = this.run;
		List<Runnable> tasks = new ArrayList<>();
		for (String group : groups) {
			Partitioner partitioner = shared.get(group);
			boolean member = this.wanted.containsKey(group);
			List<Subscription> subscriptions = told.getOrDefault(group, List.of());
			tasks.add(() -> {
				try {
					leave(group, partitioner, () -> member && this.run == left);
				}
				finally {
					// not before: they tell the calls that run by its slots
					subscriptions.forEach(Subscription::close);
				}
			});
		}
		Concurrently.run(tasks, this.properties);
	}

	private void leave(String group, @Nullable Partitioner partitioner, BooleanSupplier member) {
		try {
			if (partitioner != null) {
				partitioner.close();
			}
			if (member.getAsBoolean()) {
				this.coordinator.group(group).leave();
			}
		}
		catch (RuntimeException ex) {
			logger.warn("Leaving the group '" + group + "' failed; it ends with the session", ex);
		}
	}

}
