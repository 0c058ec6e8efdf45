package io.github.coordination;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a coordinator has at one moment, as far as its process knows without asking the
 * store. The parts are read one after the other, so what changes meanwhile may show in
 * one part and not yet in another. It holds no credentials and no hosts, but the names
 * that the application gave. All lists are in the order of names.
 *
 * @param state how the session stands
 * @param confirmed when the store last confirmed the session, by this machine's clock:
 * the moment before that opening or renewal was sent
 * @param scheme the scheme of the store's url
 * @param namespace part of every key
 * @param memberId the id in groups and elections
 * @param guarantees what the store promises
 * @param held the locks and permits held at this moment, one for each handle
 * @param waiting the names that threads of this process wait for
 * @param elections the elections this coordinator has been asked for
 * @param groups the groups this coordinator has been asked for
 * @param partitions the partitioners that are open
 */
public record CoordinatorSnapshot(SessionState state, Instant confirmed, String scheme, String namespace,
		String memberId, Guarantees guarantees, List<Held> held, List<Waiting> waiting, List<Candidacy> elections,
		List<Membership> groups, List<Partitions> partitions) {

	public CoordinatorSnapshot {
		held = List.copyOf(held);
		waiting = List.copyOf(waiting);
		elections = List.copyOf(elections);
		groups = List.copyOf(groups);
		partitions = List.copyOf(partitions);
	}

	/**
	 * What a name is the name of.
	 */
	public enum Kind {

		/** A lock, or either side of a read-write lock. */
		LOCK,

		/** A semaphore. */
		SEMAPHORE

	}

	/**
	 * A lock or permit that is held.
	 *
	 * @param kind whether it is a lock or a permit
	 * @param name its name
	 * @param exclusive whether nobody else can hold it meanwhile
	 * @param token the token it is held under
	 * @param since when it was granted, by this machine's clock
	 */
	public record Held(Kind kind, String name, boolean exclusive, FencingToken token, Instant since) {
	}

	/**
	 * A name that is waited for.
	 *
	 * @param kind whether it is a lock or a semaphore
	 * @param name its name
	 * @param waiters about how many threads of this process wait for it; one that has its
	 * turn here, and waits for the session to be confirmed again, is not counted
	 */
	public record Waiting(Kind kind, String name, int waiters) {
	}

	/**
	 * An election as this process knows it.
	 *
	 * @param name its name
	 * @param candidate whether this process stands for it
	 * @param leading whether this process leads
	 * @param term the token of the running term, {@code null} if this process does not
	 * lead
	 * @param since when the term began, by this machine's clock; {@code null} if this
	 * process does not lead
	 * @param leader the id of the leader as last seen, {@code null} if there was none or
	 * this process does not watch the election
	 */
	public record Candidacy(String name, boolean candidate, boolean leading, @Nullable FencingToken term,
			@Nullable Instant since, @Nullable String leader) {
	}

	/**
	 * A group as this process knows it.
	 *
	 * @param name its name
	 * @param joined whether this process has joined and not left
	 * @param members the number of members as last seen, {@code null} if this process
	 * does not watch the group: it has not joined and listens to no changes
	 */
	public record Membership(String name, boolean joined, @Nullable Integer members) {
	}

	/**
	 * The share of this process in the slots of a group.
	 *
	 * @param group the group's name
	 * @param slots the number of slots in all
	 * @param mine the slots this process owns at this moment, in ascending order
	 */
	public record Partitions(String group, int slots, List<Integer> mine) {

		public Partitions {
			mine = List.copyOf(mine);
		}

	}

}
