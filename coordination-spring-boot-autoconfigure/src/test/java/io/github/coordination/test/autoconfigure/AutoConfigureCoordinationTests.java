package io.github.coordination.test.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.SessionState;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.GroupMember;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.event.CoordinationEvent;
import io.github.coordination.event.ElectionEvent;
import io.github.coordination.event.GroupEvent;
import io.github.coordination.event.LeaderChangedEvent;
import io.github.coordination.event.LockLostEvent;
import io.github.coordination.event.SessionEvent;
import io.github.coordination.test.memory.TestCoordination;

import static io.github.coordination.test.assertj.CoordinationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link AutoConfigureCoordination} on an application whose url names a store that does
 * not exist. None waits for events: they must be there when a call returns.
 */
@SpringBootTest(properties = { "coordination.url=zookeeper://nobody.invalid:1", "coordination.member-id=app" })
@AutoConfigureCoordination
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(60)
class AutoConfigureCoordinationTests {

	@Autowired
	private TestCoordination coordination;

	@Autowired
	private Coordinator coordinator;

	@Autowired
	private Orders orders;

	@Autowired
	private Events events;

	@Test
	void coordinatorIsReplaced() {
		assertThat(this.coordinator).isSameAs(this.coordination.coordinator());
		assertThat(this.coordinator.memberId()).isEqualTo("app");
		assertThat(this.coordinator).hasState(SessionState.CONNECTED);
	}

	@Test
	void annotatedMethodMeetsAStrangersLock() {
		this.coordination.holdLock("order:1");

		assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> this.orders.ship("1", null));
		assertThat(this.orders.ship("2", null)).isPositive();
	}

	@Test
	void annotatedMethodThatWaitsGivesUpWhenTimeIsAdvanced() {
		this.coordination.stopClock();
		this.coordination.holdLock("slow");
		Thread[] waiter = new Thread[1];
		CompletableFuture<Void> waiting = CompletableFuture.runAsync(this.orders::waitLong, (task) -> {
			waiter[0] = new Thread(task, "waiter");
			waiter[0].start();
		});
		Awaitility.await().until(() -> waiter[0].getState() == Thread.State.TIMED_WAITING);

		this.coordination.advance(Duration.ofHours(1));

		assertThat(waiting).failsWithin(Duration.ofSeconds(30))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(LockNotAcquiredException.class);
	}

	@Test
	void lockIsHeldDuringTheCallAndFreeAfterwards() {
		this.orders.ship("3", null);

		assertThat(this.orders.wasHeldDuringTheLastCall()).isTrue();
		assertThat(this.coordination).hasFreeLock("order:3");
	}

	@Test
	void leaderOnlyMethodFollowsTheLeader() {
		this.coordination.grantLeadership("billing");
		assertThat(this.orders.bill()).isEqualTo("billed");

		this.coordination.revokeLeadership("billing");
		assertThat(this.orders.bill()).isNull();

		this.coordination.grantLeadership("billing");
		assertThat(this.orders.bill()).isEqualTo("billed");
		assertThat(this.coordinator.election("billing")).isLeading();
	}

	@Test
	void changesOfLeadershipArePublished() {
		this.coordination.grantLeadership("billing");
		this.events.clear();

		this.coordination.revokeLeadership("billing");
		this.coordination.grantLeadership("billing");

		assertThat(this.events.names(ElectionEvent.class)).filteredOn((name) -> !name.startsWith("LeaderChanged"))
			.containsExactly("LeaderRevokedEvent", "LeaderGrantedEvent");
		assertThat(this.events.of(LeaderChangedEvent.class)).hasSizeGreaterThanOrEqualTo(2);
	}

	@Test
	void lostSessionIsPublished() {
		this.coordinator.lock("a").tryAcquire();
		this.events.clear();

		this.coordination.loseSession();

		assertThat(this.events.of(LockLostEvent.class)).extracting(LockLostEvent::name).containsExactly("a");
		assertThat(this.events.names(SessionEvent.class)).containsExactly("CoordinationLostEvent",
				"CoordinationRestoredEvent");
	}

	@Test
	void suspensionIsPublished() {
		this.events.clear();

		this.coordination.suspend();
		this.coordination.heal();

		assertThat(this.events.names(SessionEvent.class)).containsExactly("CoordinationSuspendedEvent",
				"CoordinationRestoredEvent");
	}

	@Test
	void membersOfAGroupArePublished() {
		this.coordination.settle();
		assertThat(this.coordinator.group("workers")).hasMembers("app");
		this.events.clear();

		this.coordination.joinGroup("workers", "node-2");
		this.coordination.leaveGroup("workers", "node-2");

		assertThat(this.events.names(GroupEvent.class)).containsExactly("MemberJoinedEvent", "MemberLeftEvent");
		assertThat(this.events.of(GroupEvent.class)).allMatch((event) -> event.member().id().equals("node-2"));
	}

	@Test
	@Order(1)
	void testLeavesSomethingBehind() {
		this.coordination.holdLock("left-behind");
		this.coordination.revokeLeadership("billing");
		this.coordination.joinGroup("workers", "left-behind");
		this.coordination.suspend();
		this.coordination.pause();
	}

	@Test
	@Order(2)
	void nextTestDoesNotMeetIt() {
		assertThat(this.coordinator).hasState(SessionState.CONNECTED);
		assertThat(this.coordination).hasFreeLock("left-behind");
		assertThat(this.coordinator.election("billing")).isLeading();
		assertThat(this.coordinator.group("workers")).hasMembers("app");
	}

	/**
	 * What is tested.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Events.class)
	static class Application {

		@Bean
		Orders orders(TestCoordination coordination) {
			return new Orders(coordination);
		}

	}

	/**
	 * A bean with annotated methods.
	 */
	@GroupMember("workers")
	static class Orders {

		private final TestCoordination coordination;

		private volatile boolean held;

		Orders(TestCoordination coordination) {
			this.coordination = coordination;
		}

		@DistributedLock(name = "order", key = "#id", waitTime = "0s")
		public long ship(String id, FencingToken token) {
			this.held = this.coordination.lockHolder("order:" + id).isPresent();
			return token.value();
		}

		@DistributedLock(name = "slow", waitTime = "1h")
		public void waitLong() {
			throw new IllegalStateException("the lock is a stranger's");
		}

		boolean wasHeldDuringTheLastCall() {
			return this.held;
		}

		@LeaderOnly("billing")
		public String bill() {
			return "billed";
		}

	}

	/**
	 * Remembers what was published.
	 */
	static class Events {

		private final List<CoordinationEvent> published = new CopyOnWriteArrayList<>();

		@EventListener
		void on(CoordinationEvent event) {
			this.published.add(event);
		}

		void clear() {
			this.published.clear();
		}

		<E extends CoordinationEvent> List<E> of(Class<E> type) {
			return this.published.stream().filter(type::isInstance).map(type::cast).toList();
		}

		List<String> names(Class<? extends CoordinationEvent> type) {
			return of(type).stream().map((event) -> event.getClass().getSimpleName()).toList();
		}

	}

}
