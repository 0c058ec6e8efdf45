package io.github.coordination.backend.redis;

import java.time.Duration;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.server.RedisServer;

/**
 * Lets the ttl of a session pass at once.
 */
final class RedisTimes {

	private RedisTimes() {
	}

	/** Make the first connection of this JVM, which takes longer than the others. */
	static void warmUp(RedisServer server) {
		CoordinatorOptions options = CoordinatorOptions.of(server.url())
			.withNamespace("warm-up")
			.withTtl(Duration.ofMinutes(1));
		Coordinator.connect(options).close();
	}

	/** What the server looks like when a session was not renewed for its ttl. */
	static void expire(RedisServer server, RedisSession session) {
		String prefix = RedisKeys.utf8(session.key()).replace("session:" + session.id(), "");
		String both = "redis.call('DEL', KEYS[1]) return redis.call('ZADD', KEYS[2], 'XX', 1, ARGV[1])";
		server.run("EVAL", both, "2", prefix + "session:" + session.id(), prefix + "sessions", session.id());
	}

	/** What any other coordinator does at the moment at which a session expires. */
	static void sweep(RedisServer server, RedisSession session) {
		String prefix = RedisKeys.utf8(session.key()).replace("session:" + session.id(), "");
		server.run("EVAL", RedisKeys.utf8(RedisScript.SWEEP.text()), "1", prefix + "sessions");
	}

}
