package io.github.coordination.recipe;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.coordination.GroupListener;
import io.github.coordination.Member;

/**
 * Remembers what a group's listener was told.
 */
final class GroupLog implements GroupListener {

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final List<Member> members = new CopyOnWriteArrayList<>();

	@Override
	public void onJoined(Member member) {
		add("+", member);
	}

	@Override
	public void onLeft(Member member) {
		add("-", member);
	}

	@Override
	public void onUpdated(Member member) {
		add("*", member);
	}

	/** The ids in order, with {@code +} for joined, {@code -} for left, {@code *}. */
	List<String> events() {
		return List.copyOf(this.events);
	}

	/** The members that the events were about. */
	List<Member> members() {
		return List.copyOf(this.members);
	}

	private void add(String sign, Member member) {
		this.members.add(member);
		this.events.add(sign + member.id());
	}

}
