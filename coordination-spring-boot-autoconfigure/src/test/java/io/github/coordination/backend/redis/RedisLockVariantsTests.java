package io.github.coordination.backend.redis;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;

@Tag("redis")
class RedisLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new RedisCoordinatorFixture();
	}

}
