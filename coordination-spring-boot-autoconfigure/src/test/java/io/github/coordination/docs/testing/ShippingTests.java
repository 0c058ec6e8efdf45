package io.github.coordination.docs.testing;

import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.SessionState;
import io.github.coordination.test.Operation;
import io.github.coordination.test.autoconfigure.AutoConfigureCoordination;
import io.github.coordination.test.memory.TestCoordination;

import static io.github.coordination.test.assertj.CoordinationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The examples of the page on testing.
 */
@SpringBootTest(properties = { "coordination.wait-time=0s", "coordination.groups=workers" })
@AutoConfigureCoordination
class ShippingTests {

	@Autowired
	private TestCoordination coordination;

	@Autowired
	private Coordinator coordinator;

	@Autowired
	private Shipping shipping;

	@BeforeEach
	void clear() {
		this.shipping.log().clear();
	}

	@Test
	void orderThatAnotherProcessShipsIsRefused() {
		this.coordination.holdLock("order:4711");

		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> this.shipping.ship("4711", null));
	}

	@Test
	void lockIsGivenBack() {
		this.shipping.ship("4712", null);

		assertThat(this.coordination).hasFreeLock("order:4712");
	}

	@Test
	void onlyTheLeaderBills() {
		this.coordination.revokeLeadership("billing");
		this.shipping.log().clear();
		this.shipping.bill();
		assertThat(this.shipping.log()).isEmpty();

		this.coordination.grantLeadership("billing");
		this.shipping.bill();
		assertThat(this.shipping.log()).contains("billed");
	}

	@Test
	void lossIsNoticed() {
		LockHandle held = this.coordinator.lock("order:4713").tryAcquire().orElseThrow();

		this.coordination.loseSession();

		assertThat(held).isNotHeld();
		assertThat(this.shipping.log()).contains("lost order:4713");
		assertThat(this.coordinator.election("billing")).isLeading();
	}

	@Test
	void storeThatIsAwayForLongIsLost() {
		this.coordination.suspend();
		assertThat(this.coordinator).hasState(SessionState.SUSPENDED);

		this.coordination.advance(Duration.ofSeconds(15));
		assertThat(this.coordinator).hasState(SessionState.LOST);

		this.coordination.heal();
		assertThat(this.coordinator).hasState(SessionState.CONNECTED);
	}

	@Test
	void pausedHolderDoesNotOverwriteTheNext() {
		LockHandle paused = this.coordinator.lock("order:4714").tryAcquire().orElseThrow();
		long late = paused.fencingToken().value();

		this.coordination.pause();
		this.coordination.advance(Duration.ofMinutes(1));
		LockHandle next = this.coordination.holdLock("order:4714");

		assertThat(this.shipping.save("4714", next.fencingToken().value())).isTrue();
		assertThat(this.shipping.save("4714", late)).isFalse();
	}

	@Test
	void callToTheStoreFails() {
		this.coordination.failNext(Operation.ENQUEUE).unavailable();

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.shipping.ship("4715", null));
	}

	@Test
	void newMemberIsNoticed() {
		this.coordination.joinGroup("workers", "node-2");

		assertThat(this.shipping.log()).contains("joined node-2");
		assertThat(this.coordinator.group("workers")).hasMember("node-2");
	}

}
