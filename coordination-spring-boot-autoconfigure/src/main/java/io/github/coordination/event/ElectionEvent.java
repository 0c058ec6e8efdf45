package io.github.coordination.event;

/**
 * Something changed in an election.
 */
public abstract sealed class ElectionEvent extends CoordinationEvent
		permits LeaderGrantedEvent, LeaderRevokedEvent, LeaderChangedEvent {

	private final String election;

	ElectionEvent(Object source, String election) {
		super(source);
		this.election = election;
	}

	/**
	 * Return the election.
	 * @return its name
	 */
	public String election() {
		return this.election;
	}

}
