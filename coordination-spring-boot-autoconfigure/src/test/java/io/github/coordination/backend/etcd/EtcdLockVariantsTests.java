package io.github.coordination.backend.etcd;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;

@Tag("etcd")
class EtcdLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new EtcdCoordinatorFixture();
	}

}
