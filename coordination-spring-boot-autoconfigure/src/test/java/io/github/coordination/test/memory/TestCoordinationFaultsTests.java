package io.github.coordination.test.memory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorListener;
import io.github.coordination.Election;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the faults of {@link TestCoordination}: lost sessions, a store that does not
 * answer, and pauses. None waits for what a call has brought about: it must be there when
 * the call returns.
 */
@Timeout(60)
class TestCoordinationFaultsTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	private final TestCoordination coordination = TestCoordination.create();

	private final Coordinator coordinator = this.coordination.coordinator();

	private final List<String> log = new CopyOnWriteArrayList<>();

	@AfterEach
	void close() {
		this.coordination.close();
	}

	@Test
	void lostSessionIsToldAndFollowedByANewOne() {
		LockHandle held = acquire(this.coordinator, "a");
		held.onLost(() -> this.log.add("lock lost"));
		Election election = this.coordinator.election("e");
		election.join();
		this.coordination.settle();
		FencingToken term = election.term();
		logStates();

		this.coordination.loseSession();

		assertThat(this.log).containsExactlyInAnyOrder("lock lost", "LOST", "CONNECTED")
			.containsSubsequence("LOST", "CONNECTED");
		assertThat(held.isHeld()).isFalse();
		assertThat(this.coordinator.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(election.isLeader()).isTrue();
		assertThat(election.term().value()).isGreaterThan(term.value());
	}

	@Test
	void lostSessionLetsStrangersIn() {
		acquire(this.coordinator, "a");

		this.coordination.loseSession();

		this.coordination.holdLock("a");
		assertThat(this.coordination.lockHolder("a")).contains("stranger");
	}

	@Test
	void suspendedCoordinatorIsLostAfterItsTtlAndHealed() {
		LockHandle held = acquire(this.coordinator, "a");
		logStates();

		this.coordination.suspend();

		assertThat(this.coordinator.state()).isEqualTo(SessionState.SUSPENDED);
		assertThat(held.isHeld()).isTrue();
		assertThat(this.coordination.lockHolder("a")).contains(this.coordinator.memberId());
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.coordinator.lock("b").tryAcquire());
		this.coordination.advance(TTL);
		assertThat(this.coordinator.state()).isEqualTo(SessionState.LOST);
		assertThat(held.isHeld()).isFalse();
		this.coordination.heal();
		assertThat(this.coordinator.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(this.log).containsExactly("SUSPENDED", "LOST", "CONNECTED");
	}

	@Test
	void suspensionThatHealsInTimeLosesNothing() {
		LockHandle held = acquire(this.coordinator, "a");

		this.coordination.suspend();
		this.coordination.heal();

		assertThat(this.coordinator.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(held.isHeld()).isTrue();
	}

	@Test
	void pausedHolderFindsOutAfterwards() {
		LockHandle held = acquire(this.coordinator, "a");
		FencingToken token = held.fencingToken();
		held.onLost(() -> this.log.add("lost"));

		this.coordination.pause();
		this.coordination.advance(TTL.multipliedBy(2));

		assertThat(held.isHeld()).isFalse();
		assertThat(this.log).isEmpty();
		LockHandle next = this.coordination.holdLock("a");
		assertThat(next.fencingToken().value()).isGreaterThan(token.value());
		this.coordination.resume();
		assertThat(this.log).containsExactly("lost");
		assertThat(this.coordinator.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(next.isHeld()).isTrue();
	}

	@Test
	void shortPauseLosesNothing() {
		LockHandle held = acquire(this.coordinator, "a");

		this.coordination.pause();
		this.coordination.advance(TTL.dividedBy(2));
		this.coordination.resume();

		assertThat(held.isHeld()).isTrue();
		assertThat(this.coordinator.state()).isEqualTo(SessionState.CONNECTED);
	}

	@Test
	void pausedApplicationCanDoNothingThatNeedsIt() {
		this.coordination.pause();

		assertThatIllegalStateException().isThrownBy(this.coordination::loseSession).withMessageContaining("resume");
		assertThatIllegalStateException().isThrownBy(this.coordination::suspend).withMessageContaining("resume");
		assertThatIllegalStateException().isThrownBy(() -> this.coordination.revokeLeadership("e"))
			.withMessageContaining("resume");
	}

	@Test
	void sessionThatIsNotThereCannotBeLost() {
		this.coordination.suspend();

		assertThatIllegalStateException().isThrownBy(this.coordination::loseSession).withMessageContaining("SUSPENDED");
	}

	@Test
	void nextCallFails() {
		this.coordination.failNext(Operation.ENQUEUE).unavailable();

		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.coordinator.lock("a").tryAcquire());
		assertThat(this.coordinator.lock("a").tryAcquire()).isPresent();
	}

	private void logStates() {
		this.coordinator.onChange(new CoordinatorListener() {

			@Override
			public void onStateChanged(SessionState state) {
				TestCoordinationFaultsTests.this.log.add(state.name());
			}

		});
	}

	private static LockHandle acquire(Coordinator coordinator, String name) {
		return coordinator.lock(name).tryAcquire().orElseThrow();
	}

}
