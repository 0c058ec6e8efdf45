package io.github.coordination.event;

import io.github.coordination.FencingToken;

/**
 * This process leads no longer. On a voluntary change another process leads only after
 * the listeners of this event have returned, or {@code coordination.revocation-timeout}
 * has passed: stop the work here.
 */
public final class LeaderRevokedEvent extends ElectionEvent {

	private final FencingToken term;

	/**
	 * Create an event.
	 * @param source the election
	 * @param election its name
	 * @param term the term's token
	 */
	public LeaderRevokedEvent(Object source, String election, FencingToken term) {
		super(source, election);
		this.term = term;
	}

	/**
	 * Return the term that ended.
	 * @return its token, larger for each later term
	 */
	public FencingToken term() {
		return this.term;
	}

	@Override
	public String toString() {
		return "LeaderRevokedEvent[" + election() + ", term " + this.term + "]";
	}

}
