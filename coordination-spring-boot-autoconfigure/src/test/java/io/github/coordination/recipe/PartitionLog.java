package io.github.coordination.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.coordination.PartitionListener;

/**
 * Remembers what a partitioner's listener was told, and complains of what cannot be.
 */
final class PartitionLog implements PartitionListener {

	private final Set<Integer> owned = new TreeSet<>();

	private final List<String> complaints = new CopyOnWriteArrayList<>();

	private final List<String> events = new CopyOnWriteArrayList<>();

	@Override
	public synchronized void onAssigned(Set<Integer> slots) {
		slots.stream().filter((slot) -> !this.owned.add(slot)).forEach((slot) -> complain("assigned twice", slot));
		tell("assigned", slots);
	}

	@Override
	public synchronized void onRevoked(Set<Integer> slots) {
		slots.stream().filter((slot) -> !this.owned.remove(slot)).forEach((slot) -> complain("never assigned", slot));
		tell("revoked", slots);
	}

	/** What is owned by what was told. */
	synchronized Set<Integer> owned() {
		return new TreeSet<>(this.owned);
	}

	/** What contradicts what was told before. */
	List<String> complaints() {
		return new ArrayList<>(this.complaints);
	}

	/** The kinds of the calls. */
	List<String> events() {
		return new ArrayList<>(this.events);
	}

	private void tell(String event, Set<Integer> slots) {
		this.events.add(event);
		if (slots.isEmpty()) {
			this.complaints.add(event + " nothing");
		}
	}

	private void complain(String what, Integer slot) {
		this.complaints.add(what + ": " + slot);
	}

}
