package io.github.coordination.sample;

import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.coordination.Coordinator;
import io.github.coordination.Group;
import io.github.coordination.Partitioner;
import io.github.coordination.annotation.GroupMember;

/**
 * Makes this instance a member of the group that shares the accounts, and tells the
 * others where its page is and how many slots it holds.
 */
@Component
@GroupMember(group = Membership.GROUP)
class Membership {

	static final String GROUP = "payments";

	private static final Logger logger = LoggerFactory.getLogger(Membership.class);

	private final Group group;

	private final Partitioner accounts;

	private volatile String url = "";

	private Map<String, String> published = Map.of();

	Membership(Coordinator coordinator, Partitioner accounts) {
		this.group = coordinator.group(GROUP);
		this.accounts = accounts;
	}

	@EventListener
	void rememberUrl(WebServerInitializedEvent event) {
		this.url = "http://127.0.0.1:" + event.getWebServer().getPort() + "/";
		logger.info("The page of this instance is {}", this.url);
	}

	@Scheduled(fixedDelay = 1000)
	void publish() {
		Map<String, String> metadata = Map.of("url", this.url, "slots", String.valueOf(this.accounts.mine().size()));
		if (this.group.isJoined() && !metadata.equals(this.published)) {
			this.group.update(metadata);
			this.published = metadata;
		}
	}

}
