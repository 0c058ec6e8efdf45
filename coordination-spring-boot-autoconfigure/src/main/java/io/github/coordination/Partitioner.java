package io.github.coordination;

import java.util.Optional;
import java.util.Set;

/**
 * Spreads keys over the members of a group. A key belongs to one of a fixed number of
 * slots, a consistent-hash ring of the members says who should own a slot, and the owner
 * holds the slot in the store. So {@link #isMine} is exclusive: a slot that moves is
 * revoked by its old owner, who finishes first, before the new owner has it. This process
 * owns slots only while it is in the group. Safe for use by several threads.
 */
public interface Partitioner extends AutoCloseable {

	/**
	 * Return the group whose members share the keys.
	 * @return the group's name
	 */
	String group();

	/**
	 * Return the number of slots, the same for everybody who partitions this group.
	 * @return the number of slots
	 */
	int slots();

	/**
	 * Return the slot of a key.
	 * @param key any text
	 * @return from 0 to {@code slots() - 1}
	 */
	int slotOf(String key);

	/**
	 * Whether this process owns the key's slot at this moment, judged by the local
	 * deadline and without asking the store. No two processes are told yes at the same
	 * time, within the limits of a lease.
	 * @param key any text
	 * @return {@code true} while it owns the slot
	 */
	boolean isMine(String key);

	/**
	 * Return the slots this process owns at this moment.
	 * @return the slots
	 */
	Set<Integer> mine();

	/**
	 * Return the token under which this process owns the key's slot, larger for each
	 * later owner.
	 * @param key any text
	 * @return the token
	 * @throws LockLostException if this process does not own the slot
	 */
	FencingToken fencingToken(String key);

	/**
	 * Return who should own the key by the last seen view of the group: information for
	 * routing, never a permission.
	 * @param key any text
	 * @return the member's id, empty if the group is empty
	 */
	Optional<String> ownerOf(String key);

	/**
	 * Return who should own the key and its replicas by the last seen view of the group.
	 * @param key any text
	 * @param replicas how many distinct members to name at the most
	 * @return members' ids, the owner first; fewer if the group is smaller
	 */
	Set<String> ownersOf(String key, int replicas);

	/**
	 * Be told of slots that come and go, in order, on a thread of the coordinator. The
	 * slots owned at the time of the call are told first.
	 * @param listener what to call
	 * @return a way to stop
	 */
	Subscription onChange(PartitionListener listener);

	/**
	 * Give all slots back and stop. Blocks until the listeners were told or their time
	 * limit passed.
	 */
	@Override
	void close();

}
