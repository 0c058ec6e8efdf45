package io.github.coordination.event;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Leader;

/**
 * Another process leads, or this one, or nobody: information for leaders and followers
 * alike. A change that was undone before it was seen is not reported.
 */
public final class LeaderChangedEvent extends ElectionEvent {

	private final @Nullable Leader leader;

	/**
	 * Create an event.
	 * @param source the election
	 * @param election its name
	 * @param leader the leader, {@code null} if there is none
	 */
	public LeaderChangedEvent(Object source, String election, @Nullable Leader leader) {
		super(source, election);
		this.leader = leader;
	}

	/**
	 * Return who leads.
	 * @return the leader, empty if there is none
	 */
	public Optional<Leader> leader() {
		return Optional.ofNullable(this.leader);
	}

	@Override
	public String toString() {
		return "LeaderChangedEvent[" + election() + ", "
				+ leader().map((seen) -> seen.member().id() + ", term " + seen.term()).orElse("nobody") + "]";
	}

}
