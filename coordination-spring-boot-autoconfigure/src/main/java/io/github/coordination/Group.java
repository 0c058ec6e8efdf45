package io.github.coordination;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A named set of members that are alive. A member is in the group from {@link #join}
 * until it leaves, closes its coordinator, or its session ends; after a lost session it
 * joins again by itself. One object stands for a name in a coordinator; it is safe for
 * use by several threads. All methods but {@link #name}, {@link #isJoined},
 * {@link #lastSeen} and {@link #onChange} block for a few round trips.
 */
public interface Group {

	/**
	 * Return the name.
	 * @return the name
	 */
	String name();

	/**
	 * Create the group, so that it is listed while it is empty.
	 * @return {@code false} if it existed
	 */
	boolean create();

	/**
	 * Delete the group if nobody is in it.
	 * @return {@code false} if it did not exist
	 * @throws MisuseException if it has members
	 */
	boolean delete();

	/**
	 * Whether the group exists: somebody created it, or somebody is in it.
	 * @return {@code true} if it exists
	 */
	boolean exists();

	/**
	 * Join without metadata. See {@link #join(Map)}.
	 * @throws InterruptedException if interrupted while waiting for a namesake to go
	 */
	default void join() throws InterruptedException {
		join(Map.of());
	}

	/**
	 * Join under the coordinator's member id, creating the group if needed. Joining again
	 * replaces the metadata. Waits for a dying namesake to disappear, for the time the
	 * store needs to notice a dead member.
	 * @param metadata what others see of this member, at most 4 KiB in all;
	 * {@code weight} weights its share of the partitions
	 * @throws MisuseException if another living member has the same id
	 * @throws InterruptedException if interrupted while waiting for a namesake to go
	 */
	void join(Map<String, String> metadata) throws InterruptedException;

	/**
	 * Replace this member's metadata. If the store cannot be reached, it is replaced as
	 * soon as it can.
	 * @param metadata the new metadata
	 * @throws MisuseException if this member has not joined
	 * @throws BackendUnavailableException if the store could not be reached
	 */
	void update(Map<String, String> metadata);

	/**
	 * Leave. Nothing happens if this member has not joined.
	 */
	void leave();

	/**
	 * Whether this coordinator has joined and not left, whatever the session's state.
	 * @return {@code true} between join and leave
	 */
	boolean isJoined();

	/**
	 * Ask the store who is in the group.
	 * @return the members, the oldest first; empty if the group does not exist
	 */
	List<Member> members();

	/**
	 * Ask the store whether a member is alive, as services ask about each other: between
	 * {@link #join} and the end of its session. A member that died counts as alive until
	 * the store has noticed, within the ttl and {@link Guarantees#noticeBound()}.
	 * @param memberId the member's id
	 * @return {@code true} if it is in the group
	 * @throws BackendUnavailableException if the store could not be reached: then it is
	 * not known
	 */
	boolean isUp(String memberId);

	/**
	 * Return when this coordinator last saw a member in the group: by {@link #isUp},
	 * {@link #members} or for a listener. The time is this machine's. Does not ask the
	 * store, and remembers the thousand members seen last until the coordinator is
	 * closed.
	 * @param memberId the member's id
	 * @return the time, empty if it was never seen
	 */
	Optional<Instant> lastSeen(String memberId);

	/**
	 * Be told of changes, in order, on a thread of the coordinator. Members that are
	 * already there are reported as joined first, so that nobody is missed; a member that
	 * left and came back between two looks is reported as left and joined.
	 * @param listener what to call
	 * @return a way to stop
	 */
	Subscription onChange(GroupListener listener);

}
