package io.github.coordination.backend.memcached;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;

@Tag("memcached")
class MemcachedLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new MemcachedCoordinatorFixture();
	}

}
