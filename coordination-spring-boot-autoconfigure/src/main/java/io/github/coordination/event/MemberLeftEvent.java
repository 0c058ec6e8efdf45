package io.github.coordination.event;

import io.github.coordination.Member;

/**
 * A member left a group, or its session ended.
 */
public final class MemberLeftEvent extends GroupEvent {

	/**
	 * Create an event.
	 * @param source the group
	 * @param group its name
	 * @param member the member
	 */
	public MemberLeftEvent(Object source, String group, Member member) {
		super(source, group, member);
	}

}
