package io.github.coordination.docs.groups;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import io.github.coordination.annotation.GroupMember;
import io.github.coordination.event.GroupEvent;
import io.github.coordination.event.MemberJoinedEvent;
import io.github.coordination.event.MemberLeftEvent;
import io.github.coordination.event.MemberUpdatedEvent;

/**
 * A member of a group, for the page on groups.
 */
@Component
@GroupMember(group = "workers", metadata = { "zone=${app.zone}", "weight=2" })
class Worker {

	private final List<String> log = new CopyOnWriteArrayList<>();

	@EventListener
	void on(MemberJoinedEvent event) {
		this.log.add(event.member().id() + " joined " + event.group() + " in " + zone(event));
	}

	@EventListener
	void on(MemberUpdatedEvent event) {
		this.log.add(event.member().id() + " is now in " + zone(event));
	}

	@EventListener
	void on(MemberLeftEvent event) {
		this.log.add(event.member().id() + " left");
	}

	private static String zone(GroupEvent event) {
		return event.member().metadata().getOrDefault("zone", "no zone");
	}

	List<String> log() {
		return this.log;
	}

}
