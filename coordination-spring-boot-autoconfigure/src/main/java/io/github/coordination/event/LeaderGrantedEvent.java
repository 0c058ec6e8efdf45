package io.github.coordination.event;

import io.github.coordination.FencingToken;

/**
 * This process leads from now on. Long work belongs on a thread of its own; the term may
 * already be over when a slow listener hears of it.
 */
public final class LeaderGrantedEvent extends ElectionEvent {

	private final FencingToken term;

	/**
	 * Create an event.
	 * @param source the election
	 * @param election its name
	 * @param term the term's token
	 */
	public LeaderGrantedEvent(Object source, String election, FencingToken term) {
		super(source, election);
		this.term = term;
	}

	/**
	 * Return the term that began.
	 * @return its token, larger for each later term
	 */
	public FencingToken term() {
		return this.term;
	}

	@Override
	public String toString() {
		return "LeaderGrantedEvent[" + election() + ", term " + this.term + "]";
	}

}
