package io.github.coordination.docs.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.github.coordination.FencingToken;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.event.LockLostEvent;
import io.github.coordination.event.MemberJoinedEvent;

/**
 * A bean with everything that wants to be tested.
 */
@Component
class Shipping {

	private final Map<String, Long> tokens = new ConcurrentHashMap<>();

	private final List<String> log = new CopyOnWriteArrayList<>();

	@DistributedLock(name = "order", key = "#id")
	void ship(String id, FencingToken token) {
		save(id, token.value());
	}

	/** As a guarded resource does it: {@code false} if somebody later has written. */
	boolean save(String id, long token) {
		return this.tokens.merge(id, token, Math::max) == token;
	}

	@Scheduled(fixedDelay = 1_000)
	@LeaderOnly("billing")
	void bill() {
		this.log.add("billed");
	}

	@EventListener
	void on(LockLostEvent event) {
		this.log.add("lost " + event.name());
	}

	@EventListener
	void on(MemberJoinedEvent event) {
		this.log.add("joined " + event.member().id());
	}

	List<String> log() {
		return this.log;
	}

}
