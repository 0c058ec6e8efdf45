package io.github.coordination.backend.zookeeper;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;

@Tag("zookeeper")
class ZooKeeperLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new ZooKeeperCoordinatorFixture();
	}

}
