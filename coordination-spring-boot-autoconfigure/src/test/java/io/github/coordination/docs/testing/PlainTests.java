package io.github.coordination.docs.testing;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.test.memory.TestCoordination;

import static io.github.coordination.test.assertj.CoordinationAssertions.assertThat;

/**
 * The example without Spring of the page on testing.
 */
class PlainTests {

	@Test
	void lockOutlivesManyRenewals() {
		try (TestCoordination coordination = TestCoordination.create()) {
			Coordinator coordinator = coordination.coordinator();
			LockHandle held = coordinator.lock("report").tryAcquire().orElseThrow();

			coordination.advance(Duration.ofHours(1));

			assertThat(held).isHeld();
			assertThat(coordination).hasLockHeldByApplication("report");
		}
	}

}
