package io.github.coordination.test.assertj;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.assertj.core.api.AbstractAssert;

import io.github.coordination.Group;
import io.github.coordination.Member;

/**
 * Assertions about a {@link Group}, as the store knows it.
 */
public final class GroupAssert extends AbstractAssert<GroupAssert, Group> {

	GroupAssert(Group actual) {
		super(actual, GroupAssert.class);
	}

	/**
	 * Verify who is in the group.
	 * @param memberIds the ids of all members, in any order
	 * @return this
	 */
	public GroupAssert hasMembers(String... memberIds) {
		return hasMembers(Set.copyOf(List.of(memberIds)));
	}

	/**
	 * Verify that nobody is in the group.
	 * @return this
	 */
	public GroupAssert hasNoMembers() {
		return hasMembers(Set.of());
	}

	/**
	 * Verify that somebody is in the group, whoever else is.
	 * @param memberId the member's id
	 * @return this
	 */
	public GroupAssert hasMember(String memberId) {
		Collection<String> members = members();
		if (!members.contains(memberId)) {
			failWithMessage("Expecting '%s' to be in the group '%s', but its members are %s", memberId,
					this.actual.name(), members);
		}
		return this;
	}

	/**
	 * Verify what others see of a member.
	 * @param memberId the member's id
	 * @param key the key of its metadata
	 * @param value the value under that key
	 * @return this
	 */
	public GroupAssert hasMemberWith(String memberId, String key, String value) {
		hasMember(memberId);
		this.actual.members()
			.stream()
			.filter((member) -> member.id().equals(memberId) && !value.equals(member.metadata().get(key)))
			.forEach((member) -> failWithMessage("Expecting '%s' in the group '%s' to have %s=%s, but it has %s",
					memberId, this.actual.name(), key, value, member.metadata()));
		return this;
	}

	private GroupAssert hasMembers(Set<String> expected) {
		List<String> members = members();
		if (!expected.equals(Set.copyOf(members))) {
			failWithMessage("Expecting the group '%s' to have the members%n  %s%nbut they are%n  %s",
					this.actual.name(), expected.stream().sorted().toList(), members);
		}
		return this;
	}

	private List<String> members() {
		isNotNull();
		return this.actual.members().stream().map(Member::id).sorted().toList();
	}

}
