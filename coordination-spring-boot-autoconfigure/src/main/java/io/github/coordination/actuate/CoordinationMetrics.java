package io.github.coordination.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.CoordinatorSnapshot.Waiting;
import io.github.coordination.FencingToken;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;

/**
 * Meters of coordinators, each tagged with its name. Gauges are read from what this
 * process knows, without asking the store; counters follow the coordinator's own calls.
 * An election, a group or a partitioner gets its meter when it is first used. Names of
 * locks, which an application may draw from data, are tags only if that is asked for.
 */
public final class CoordinationMetrics implements MeterBinder, AutoCloseable {

	private final Map<String, Coordinator> coordinators;

	private final boolean lockNames;

	private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

	/**
	 * Create the meters; nothing is registered yet.
	 * @param coordinators what to measure, by the values of the tag {@code coordinator}
	 * @param lockNames whether lost locks are counted by name
	 */
	public CoordinationMetrics(Map<String, Coordinator> coordinators, boolean lockNames) {
		this.coordinators = Map.copyOf(coordinators);
		this.lockNames = lockNames;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.coordinators.forEach((name, coordinator) -> {
			Meters meters = new Meters(registry, coordinator, Tags.of("coordinator", name));
			meters.bind();
			this.subscriptions.add(coordinator.onChange(meters));
			meters.onNamesChanged();
		});
	}

	/**
	 * Count and discover no more.
	 */
	@Override
	public void close() {
		this.subscriptions.forEach(Subscription::close);
	}

	/**
	 * Those of one coordinator in one registry.
	 */
	private final class Meters implements CoordinatorListener {

		private final MeterRegistry registry;

		private final Coordinator coordinator;

		private final Tags common;

		/** Those that have a meter, as its name and the tag's value. */
		private final Set<List<String>> known = ConcurrentHashMap.newKeySet();

		Meters(MeterRegistry registry, Coordinator coordinator, Tags common) {
			this.registry = registry;
			this.coordinator = coordinator;
			this.common = common;
		}

		void bind() {
			for (SessionState state : SessionState.values()) {
				gauge("coordination.session.state", "Whether the session is in this state", state(state),
						(measured) -> (measured.state() == state) ? 1 : 0);
			}
			gauge("coordination.locks.held", "Locks and permits held by this process", Tags.empty(),
					(measured) -> measured.snapshot().held().size());
			gauge("coordination.locks.waiting", "Threads of this process that wait for a lock or a permit",
					Tags.empty(),
					(measured) -> measured.snapshot().waiting().stream().mapToInt(Waiting::waiters).sum());
			for (SessionState state : Set.of(SessionState.SUSPENDED, SessionState.LOST, SessionState.CONNECTED)) {
				changes(state);
			}
			if (!CoordinationMetrics.this.lockNames) {
				lost(Tags.empty());
			}
		}

		@Override
		public void onStateChanged(SessionState state) {
			if (state != SessionState.CLOSED) {
				changes(state).increment();
			}
		}

		@Override
		public void onLockLost(String name, FencingToken token) {
			lost(CoordinationMetrics.this.lockNames ? Tags.of("lock", name) : Tags.empty()).increment();
		}

		@Override
		public void onNamesChanged() {
			CoordinatorSnapshot snapshot = this.coordinator.snapshot();
			snapshot.elections()
				.forEach((each) -> discover("coordination.leader", "Whether this process leads the election",
						"election", each.name(), (measured) -> measured.election(each.name()).isLeader() ? 1 : 0));
			snapshot.groups()
				.forEach((each) -> discover("coordination.group.members",
						"Members of the group as last seen by this process, if it watches the group", "group",
						each.name(), (measured) -> members(measured.snapshot(), each.name())));
			snapshot.partitions()
				.forEach((each) -> discover("coordination.partition.slots", "Slots of the group owned by this process",
						"group", each.group(), (measured) -> slots(measured.snapshot(), each.group())));
		}

		private void discover(String meter, String description, String tag, String name,
				ToDoubleFunction<Coordinator> value) {
			if (this.known.add(List.of(meter, name))) {
				gauge(meter, description, Tags.of(tag, name), value);
			}
		}

		private void gauge(String name, String description, Tags tags, ToDoubleFunction<Coordinator> value) {
			Gauge.builder(name, this.coordinator, value)
				.description(description)
				.tags(this.common.and(tags))
				.register(this.registry);
		}

		private Counter changes(SessionState state) {
			return Counter.builder("coordination.session.changes")
				.description("How often the session came into this state after its first opening")
				.tags(this.common.and(state(state)))
				.register(this.registry);
		}

		private Counter lost(Tags tags) {
			return Counter.builder("coordination.locks.lost")
				.description("Locks and permits that were lost while they were held")
				.tags(this.common.and(tags))
				.register(this.registry);
		}

		private static Tags state(SessionState state) {
			return Tags.of("state", state.name().toLowerCase(Locale.ROOT));
		}

		private static double members(CoordinatorSnapshot snapshot, String group) {
			return snapshot.groups()
				.stream()
				.filter((each) -> each.name().equals(group))
				.map(CoordinatorSnapshot.Membership::members)
				.mapToDouble((members) -> (members != null) ? members : Double.NaN)
				.findFirst()
				.orElse(Double.NaN);
		}

		private static double slots(CoordinatorSnapshot snapshot, String group) {
			return snapshot.partitions()
				.stream()
				.filter((each) -> each.group().equals(group))
				.mapToDouble((each) -> each.mine().size())
				.sum();
		}

	}

}
