package io.github.coordination.event;

import io.github.coordination.Member;

/**
 * A member joined a group, this process included.
 */
public final class MemberJoinedEvent extends GroupEvent {

	/**
	 * Create an event.
	 * @param source the group
	 * @param group its name
	 * @param member the member
	 */
	public MemberJoinedEvent(Object source, String group, Member member) {
		super(source, group, member);
	}

}
