package io.github.coordination;

import java.util.Set;

/**
 * Told of slots that this process gains and loses, one call at a time and in order. An
 * exception is logged and harms nobody else.
 */
public interface PartitionListener {

	/**
	 * This process owns more slots.
	 * @param slots the slots gained
	 */
	default void onAssigned(Set<Integer> slots) {
	}

	/**
	 * This process owns fewer slots. When they move to another member, that member gets
	 * them only after this method returned or its time limit passed: finish or stop the
	 * work here.
	 * @param slots the slots lost
	 */
	default void onRevoked(Set<Integer> slots) {
	}

}
