package io.github.coordination.benchmarks.scenario.redis;

import java.nio.charset.StandardCharsets;

/**
 * The two requests that a lock in Redis cannot do without: {@code SET NX PX}, and a
 * script that deletes the key only for its owner.
 */
final class Bare {

	static final long MILLIS = 60_000;

	static final String DELETE_OWN = """
			if redis.call('get', KEYS[1]) == ARGV[1] then
				return redis.call('del', KEYS[1])
			end
			return 0
			""";

	private Bare() {
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static void requireDeleted(Long deleted) {
		if (deleted != 1) {
			throw new IllegalStateException("The key was another owner's");
		}
	}

}
