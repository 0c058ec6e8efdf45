package io.github.coordination.test.assertj;

import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.CoordinatorOptions;
import io.github.coordination.Election;
import io.github.coordination.FencingToken;
import io.github.coordination.Group;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.test.memory.TestCoordination;

import static io.github.coordination.test.assertj.CoordinationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the assertions: each passes where it should, and says what it found where it
 * fails.
 */
@Timeout(60)
class CoordinationAssertionsTests {

	private final TestCoordination coordination = TestCoordination
		.create(CoordinatorOptions.of("local:test").withMemberId("app"));

	@AfterEach
	void close() {
		this.coordination.close();
	}

	@Test
	void handle() {
		LockHandle first = this.coordination.holdLock("a");
		FencingToken token = first.fencingToken();
		assertThat(first).isHeld();
		assertFails(() -> assertThat(first).isNotHeld(), "Expecting 'a' to be lost or given back, but it is held for");
		assertFails(() -> assertThat(first).hasTokenLargerThan(token),
				"'a' to have a token larger than " + token.value() + ", but it is " + token.value());
		first.close();
		assertThat(first).isNotHeld();
		assertFails(() -> assertThat(first).isHeld(), "Expecting 'a' to be held, but it was lost or given back");
		assertThat(this.coordination.holdLock("a")).hasTokenLargerThan(token);
	}

	@Test
	void election() {
		Election election = this.coordination.coordinator().election("e");
		assertThat(election).hasNoLeader().hasCandidates().isNotLeading();
		assertFails(() -> assertThat(election).isLedBy("app"), "'e' to be led by 'app', but nobody leads it");
		assertFails(() -> assertThat(election).isLeading(), "this process to lead 'e'", "the leader first: []");
		election.join();
		this.coordination.settle();
		assertThat(election).isLeading().isLedBy("app");
		assertFails(() -> assertThat(election).hasNoLeader(), "'e' to have no leader, but it is led by 'app'");
		assertFails(() -> assertThat(election).isNotLeading(),
				"not to lead 'e', but it does in term " + election.term().value());
		this.coordination.revokeLeadership("e");
		assertThat(election).isLedBy("stranger").hasCandidates("stranger", "app");
		assertFails(() -> assertThat(election).isLedBy("app"), "but it is led by 'stranger'");
		assertFails(() -> assertThat(election).hasCandidates("app", "stranger"), "'e'", "[app, stranger]",
				"[stranger, app]");
	}

	@Test
	void group() throws InterruptedException {
		Group group = this.coordination.coordinator().group("g");
		assertThat(group).hasNoMembers();
		group.join();
		this.coordination.joinGroup("g", "node-2", Map.of("zone", "north"));
		assertThat(group).hasMembers("node-2", "app").hasMember("app").hasMemberWith("node-2", "zone", "north");
		assertFails(() -> assertThat(group).hasNoMembers(), "the group 'g' to have the members", "[]", "[app, node-2]");
		assertFails(() -> assertThat(group).hasMembers("app", "node-3"), "[app, node-3]", "[app, node-2]");
		assertFails(() -> assertThat(group).hasMember("node-3"), "'node-3' to be in the group 'g'", "[app, node-2]");
		assertFails(() -> assertThat(group).hasMemberWith("node-2", "zone", "south"),
				"'node-2' in the group 'g' to have zone=south, but it has {zone=north}");
	}

	@Test
	void coordinator() {
		assertThat(this.coordination.coordinator()).hasState(SessionState.CONNECTED);
		assertFails(() -> assertThat(this.coordination.coordinator()).hasState(SessionState.LOST),
				"the session of 'app' to be LOST, but it is CONNECTED");
	}

	@Test
	void locks() {
		assertThat(this.coordination).hasFreeLock("a");
		assertFails(() -> assertThat(this.coordination).hasHeldLock("a"), "lock 'a' to be held, but it is free");
		assertFails(() -> assertThat(this.coordination).hasLockHeldByApplication("a"),
				"'a' to be held, but it is free");
		this.coordination.holdLock("a");
		assertThat(this.coordination).hasHeldLock("a").hasLockHeldBy("a", "stranger");
		assertFails(() -> assertThat(this.coordination).hasFreeLock("a"),
				"lock 'a' to be free, but 'stranger' holds it");
		assertFails(() -> assertThat(this.coordination).hasLockHeldByApplication("a"),
				"lock 'a' to be held by 'app', but 'stranger' holds it");
		this.coordination.coordinator().lock("b").tryAcquire();
		assertThat(this.coordination).hasLockHeldByApplication("b");
	}

	private static void assertFails(ThrowingCallable assertion, String... message) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion)
			.satisfies((failure) -> org.assertj.core.api.Assertions.assertThat(failure.getMessage()).contains(message));
	}

}
