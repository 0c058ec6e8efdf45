package io.github.coordination.recipe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.coordination.CoordinatorSnapshot;
import io.github.coordination.CoordinatorSnapshot.Candidacy;
import io.github.coordination.CoordinatorSnapshot.Held;
import io.github.coordination.CoordinatorSnapshot.Kind;
import io.github.coordination.CoordinatorSnapshot.Membership;
import io.github.coordination.CoordinatorSnapshot.Partitions;
import io.github.coordination.CoordinatorSnapshot.Waiting;
import io.github.coordination.FencingToken;
import io.github.coordination.session.Lease;
import io.github.coordination.session.Tracked;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

/**
 * Takes snapshots of a coordinator. Everything is read from what is tracked anyway, so
 * that nothing is recorded for its sake but the time of a grant.
 */
final class Snapshots {

	private final Context context;

	private final Collection<QueuedElection> elections;

	private final Collection<SessionGroup> groups;

	private final Collection<RingPartitioner> partitioners;

	/**
	 * Create it over live views of what the coordinator has handed out.
	 */
	Snapshots(Context context, Collection<QueuedElection> elections, Collection<SessionGroup> groups,
			Collection<RingPartitioner> partitioners) {
		this.context = context;
		this.elections = elections;
		this.groups = groups;
		this.partitioners = partitioners;
	}

	CoordinatorSnapshot take() {
		List<Grant> grants = grants();
		return new CoordinatorSnapshot(this.context.engine().state(), this.context.engine().confirmed(),
				this.context.options().scheme(), this.context.options().namespace(), this.context.memberId(),
				this.context.backend().guarantees(), held(grants), waiting(grants),
				this.elections.stream()
					.map(QueuedElection::snapshot)
					.sorted(Comparator.comparing(Candidacy::name))
					.toList(),
				this.groups.stream()
					.map(SessionGroup::snapshot)
					.sorted(Comparator.comparing(Membership::name))
					.toList(),
				this.partitioners.stream()
					.map(RingPartitioner::snapshot)
					.sorted(Comparator.comparing(Partitions::group))
					.toList());
	}

	private List<Grant> grants() {
		List<Grant> grants = new ArrayList<>();
		Lease lease = this.context.engine().current().orElse(null);
		if (lease != null) {
			for (Tracked each : lease.tracked()) {
				if (each instanceof Grant grant) {
					grants.add(grant);
				}
			}
		}
		return grants;
	}

	private static List<Held> held(List<Grant> grants) {
		List<Held> held = new ArrayList<>();
		for (Grant grant : grants) {
			Entry entry = grant.entry();
			if (entry != null && grant.isGranted()) {
				Directory directory = grant.key().directory();
				held.add(new Held(kind(directory), directory.name(), Turn.EXCLUSIVE.tag().equals(entry.tag()),
						new FencingToken(entry.createRevision()), grant.since()));
			}
		}
		held.sort(Comparator.comparing(Held::name).thenComparing(Held::kind).thenComparing(Held::token));
		return held;
	}

	/** Those who stand in line here, and those who have a place in the store. */
	private List<Waiting> waiting(List<Grant> grants) {
		Map<Directory, Integer> waiters = new TreeMap<>(
				Comparator.comparing(Directory::name).thenComparing(Directory::kind));
		for (LocalQueue queue : this.context.queues().inUse()) {
			int inLine = queue.gate().getQueueLength();
			if (inLine > 0) {
				waiters.put(queue.directory(), inLine);
			}
		}
		for (Grant grant : grants) {
			if (grant.state() == Place.State.WAITING) {
				waiters.merge(grant.key().directory(), 1, Integer::sum);
			}
		}
		return waiters.entrySet()
			.stream()
			.map((each) -> new Waiting(kind(each.getKey()), each.getKey().name(), each.getValue()))
			.toList();
	}

	private static Kind kind(Directory directory) {
		return directory.kind().equals(QueuedLock.KIND) ? Kind.LOCK : Kind.SEMAPHORE;
	}

}
