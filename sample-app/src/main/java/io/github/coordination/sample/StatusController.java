package io.github.coordination.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.coordination.Coordinator;
import io.github.coordination.Member;
import io.github.coordination.Partitioner;
import io.github.coordination.sample.Status.Instance;

/**
 * Answers the page, which is {@code static/index.html}.
 */
@RestController
class StatusController {

	private final Coordinator coordinator;

	private final Partitioner accounts;

	private final Audit audit;

	private final String inbox;

	private final boolean safe;

	StatusController(Coordinator coordinator, Partitioner accounts, Audit audit, Folders folders,
			Environment environment) {
		this.coordinator = coordinator;
		this.accounts = accounts;
		this.audit = audit;
		this.inbox = folders.inbox().toString();
		this.safe = environment.acceptsProfiles(Profiles.of("!unsafe"));
	}

	@GetMapping("/status")
	Status status() {
		return new Status(this.safe, this.coordinator.memberId(), this.inbox, this.accounts.slots(), instances(),
				this.audit.files(), this.audit.totals());
	}

	private List<Instance> instances() {
		String leader = this.coordinator.election(Inbox.ELECTION).leader().map((it) -> it.member().id()).orElse("");
		Map<String, Integer> posted = this.audit.shares()
			.stream()
			.collect(Collectors.toMap(Audit.Share::member, Audit.Share::posted));
		List<Instance> instances = new ArrayList<>();
		for (Member member : this.coordinator.group(Membership.GROUP).members()) {
			Map<String, String> metadata = member.metadata();
			Integer share = posted.remove(member.id());
			instances.add(new Instance(member.id(), metadata.getOrDefault("url", ""), true, member.id().equals(leader),
					Integer.parseInt(metadata.getOrDefault("slots", "0")), (share != null) ? share : 0));
		}
		posted.forEach((id, count) -> instances.add(new Instance(id, "", false, false, 0, count)));
		return instances;
	}

}
