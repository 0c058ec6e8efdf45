package io.github.coordination.event;

import java.util.Set;

/**
 * This process owns other slots of a partitioned group than before. A slot that moves to
 * another member is given to it only after the listeners of this event have returned, or
 * {@code coordination.revocation-timeout} has passed: stop the work on it here.
 */
public final class PartitionsChangedEvent extends CoordinationEvent {

	private final String group;

	private final Set<Integer> assigned;

	private final Set<Integer> revoked;

	/**
	 * Create an event.
	 * @param source the partitioner
	 * @param group the group's name
	 * @param assigned the slots gained
	 * @param revoked the slots lost
	 */
	public PartitionsChangedEvent(Object source, String group, Set<Integer> assigned, Set<Integer> revoked) {
		super(source);
		this.group = group;
		this.assigned = Set.copyOf(assigned);
		this.revoked = Set.copyOf(revoked);
	}

	/**
	 * Return the group whose members share the slots.
	 * @return its name
	 */
	public String group() {
		return this.group;
	}

	/**
	 * Return the slots this process gained.
	 * @return the slots, possibly none
	 */
	public Set<Integer> assigned() {
		return this.assigned;
	}

	/**
	 * Return the slots this process lost.
	 * @return the slots, possibly none
	 */
	public Set<Integer> revoked() {
		return this.revoked;
	}

	@Override
	public String toString() {
		return "PartitionsChangedEvent[" + this.group + ", " + this.assigned.size() + " assigned, "
				+ this.revoked.size() + " revoked]";
	}

}
