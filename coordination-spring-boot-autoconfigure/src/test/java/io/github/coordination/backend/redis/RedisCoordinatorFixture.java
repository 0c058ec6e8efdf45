package io.github.coordination.backend.redis;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendSession;

/**
 * A namespace of the shared server.
 */
final class RedisCoordinatorFixture extends CoordinatorFixture {

	@Override
	protected String url() {
		return RedisServer.shared().url();
	}

	@Override
	protected void kill(BackendSession session) {
		RedisTimes.expire(RedisServer.shared(), (RedisSession) session);
		RedisTimes.sweep(RedisServer.shared(), (RedisSession) session);
	}

	/** Four times with the variants: enough to see what is left behind. */
	@Override
	public int cycles() {
		return 3_000;
	}

}
