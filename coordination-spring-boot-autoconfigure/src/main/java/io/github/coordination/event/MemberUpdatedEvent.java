package io.github.coordination.event;

import io.github.coordination.Member;

/**
 * A member changed its metadata.
 */
public final class MemberUpdatedEvent extends GroupEvent {

	/**
	 * Create an event.
	 * @param source the group
	 * @param group its name
	 * @param member the member
	 */
	public MemberUpdatedEvent(Object source, String group, Member member) {
		super(source, group, member);
	}

}
