package io.github.coordination.docs.groups;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import io.github.coordination.Coordinator;
import io.github.coordination.Group;
import io.github.coordination.Subscription;
import io.github.coordination.test.autoconfigure.AutoConfigureCoordination;
import io.github.coordination.test.memory.TestCoordination;

import static io.github.coordination.test.assertj.CoordinationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what the page on groups shows.
 */
@SpringBootTest(properties = { "app.zone=north", "coordination.member-id=w1" })
@AutoConfigureCoordination
class WorkerTests {

	@Autowired
	private TestCoordination coordination;

	@Autowired
	private Coordinator coordinator;

	@Autowired
	private Worker worker;

	@Autowired
	private Router router;

	@BeforeEach
	void clear() {
		this.coordination.settle();
		this.worker.log().clear();
	}

	@Test
	void applicationIsAMemberWithItsMetadata() {
		assertThat(this.coordinator.group("workers")).hasMemberWith("w1", "zone", "north")
			.hasMemberWith("w1", "weight", "2");
	}

	@Test
	void othersAreSeenToComeChangeAndGo() {
		this.coordination.joinGroup("workers", "w2", Map.of("zone", "south"));
		assertThat(this.router.zones()).containsExactly("north", "south");
		this.coordination.joinGroup("workers", "w2", Map.of("zone", "east"));
		this.coordination.leaveGroup("workers", "w2");

		assertThat(this.worker.log()).containsExactly("w2 joined workers in south", "w2 is now in east", "w2 left");
	}

	@Test
	void memberIsUpUntilItHasGone() {
		assertThat(this.router.describe("w3")).isEqualTo("w3 was never seen here");
		this.coordination.joinGroup("workers", "w3");
		assertThat(this.router.describe("w3")).isEqualTo("w3 is up");

		this.coordination.leaveGroup("workers", "w3");

		assertThat(this.router.describe("w3")).startsWith("w3 was last seen at 2");
	}

	@Test
	void memberJoinsAgainAfterALoss() {
		long before = this.coordinator.group("workers").members().get(0).incarnation();

		this.coordination.loseSession();

		assertThat(this.coordinator.group("workers").members()).singleElement()
			.satisfies((member) -> assertThat(member.incarnation()).isGreaterThan(before));
		assertThat(this.worker.log()).containsExactly("w1 left", "w1 joined workers in north");
	}

	@Test
	@SuppressWarnings("try")
	void changesAreHeardByHand() throws InterruptedException {
		Group pool = this.coordinator.group("pool");
		AtomicInteger changes = new AtomicInteger();

		try (Subscription subscription = Router.register(pool, "http://w1", changes::incrementAndGet)) {
			this.coordination.joinGroup("pool", "w2");

			assertThat(pool).hasMemberWith("w1", "load", "17").hasMember("w2");
			assertThat(changes).hasValue(2);
		}
		finally {
			pool.leave();
		}
	}

}
