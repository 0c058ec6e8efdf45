package io.github.coordination.backend.consul;

import org.junit.jupiter.api.Tag;

import io.github.coordination.recipe.CoordinatorFixture;
import io.github.coordination.recipe.LockVariantsContract;

@Tag("consul")
class ConsulLockVariantsTests extends LockVariantsContract {

	@Override
	protected CoordinatorFixture newFixture() {
		return new ConsulCoordinatorFixture();
	}

}
