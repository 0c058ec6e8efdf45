package io.github.coordination.docs.groups;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.springframework.stereotype.Component;

import io.github.coordination.Coordinator;
import io.github.coordination.Group;
import io.github.coordination.GroupListener;
import io.github.coordination.Member;
import io.github.coordination.Subscription;

/**
 * Uses groups by hand, for the page on groups.
 */
@Component
class Router {

	private final Group workers;

	Router(Coordinator coordinator) {
		this.workers = coordinator.group("workers");
	}

	List<String> zones() {
		return this.workers.members().stream().map((member) -> member.metadata().getOrDefault("zone", "?")).toList();
	}

	String describe(String memberId) {
		if (this.workers.isUp(memberId)) {
			return memberId + " is up";
		}
		return this.workers.lastSeen(memberId)
			.map((Instant seen) -> memberId + " was last seen at " + seen)
			.orElse(memberId + " was never seen here");
	}

	static Subscription register(Group group, String url, Runnable onChange) throws InterruptedException {
		group.join(Map.of("url", url, "load", "0"));
		group.update(Map.of("url", url, "load", "17"));
		return group.onChange(new GroupListener() {

			@Override
			public void onJoined(Member member) {
				onChange.run();
			}

			@Override
			public void onLeft(Member member) {
				onChange.run();
			}

		});
	}

}
