package io.github.coordination.event;

import io.github.coordination.Member;

/**
 * A member of a group came, went or changed.
 */
public abstract sealed class GroupEvent extends CoordinationEvent
		permits MemberJoinedEvent, MemberLeftEvent, MemberUpdatedEvent {

	private final String group;

	private final Member member;

	GroupEvent(Object source, String group, Member member) {
		super(source);
		this.group = group;
		this.member = member;
	}

	/**
	 * Return the group.
	 * @return its name
	 */
	public String group() {
		return this.group;
	}

	/**
	 * Return the member.
	 * @return the member, as it was last seen if it went
	 */
	public Member member() {
		return this.member;
	}

	@Override
	public String toString() {
		return getClass().getSimpleName() + "[" + this.group + ", " + this.member.id() + "]";
	}

}
