package io.github.coordination.docs.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.integration.support.locks.LockRegistry;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.Group;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.test.autoconfigure.AutoConfigureCoordination;
import io.github.coordination.test.memory.TestCoordination;

import static io.github.coordination.test.assertj.CoordinationAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests what the pages on migration show.
 */
@SpringBootTest(properties = { "coordination.elections=importer", "coordination.member-id=node-1" })
@AutoConfigureCoordination
class MigrationTests {

	@Autowired
	private TestCoordination coordination;

	@Autowired
	private Coordinator coordinator;

	@Autowired
	private Nightly nightly;

	@Autowired
	private Importer importer;

	@Autowired
	private LockRegistry<Lock> registry;

	@Autowired
	private Feed feed;

	@Autowired
	private Stock stock;

	private final List<String> done = new ArrayList<>();

	@BeforeEach
	void clear() {
		this.coordination.settle();
		this.nightly.log().clear();
		this.importer.log().clear();
	}

	@Test
	@SuppressWarnings({ "NullAway", "try" }) // the handle is filled in
	void taskIsSkippedWhileAnotherProcessRunsIt() {
		try (LockHandle other = this.coordination.holdLock("export")) {
			this.nightly.export(null);
			assertThat(this.nightly.log()).isEmpty();
		}

		this.nightly.export(null);
		assertThat(this.nightly.log()).singleElement().asString().startsWith("exported under token ");
	}

	@Test
	void shortTaskKeepsItsLockForAWhile() {
		this.nightly.cleanUp();
		assertThat(this.coordination).hasLockHeldByApplication("cleanUp");

		this.nightly.cleanUp();
		assertThat(this.nightly.log()).containsExactly("cleaned up");
	}

	@Test
	void lockThatIsKeptForAWhileGoesWithTheSession() {
		this.nightly.cleanUp();

		this.coordination.loseSession();

		assertThat(this.coordination).hasFreeLock("cleanUp");
	}

	@Test
	@SuppressWarnings("try")
	void taskIsRunIfTheLockIsFree() {
		assertThat(this.nightly.tryToImport(() -> this.done.add("imported"))).isTrue();
		try (LockHandle other = this.coordination.holdLock("import")) {
			assertThat(this.nightly.tryToImport(() -> this.done.add("again"))).isFalse();
		}

		assertThat(this.done).containsExactly("imported");
	}

	@Test
	void lockOfARegistryIsReplaced() throws InterruptedException {
		assertThat(this.importer.importWithLock("a.csv")).isTrue();
		this.importer.importWithHandle("b.csv");

		assertThat(this.importer.log()).hasSize(2).first().isEqualTo("imported a.csv");
		assertThat(this.importer.log().get(1)).startsWith("imported b.csv under token ");
		assertThat(this.coordination).hasFreeLock("a.csv").hasFreeLock("b.csv");
	}

	@Test
	void leaderIsToldAndCanYield() throws InterruptedException {
		this.coordination.stranger("node-2").election("importer").join();
		this.coordination.settle();

		this.importer.yieldLeadership();
		this.coordination.settle();
		assertThat(this.coordinator.election("importer")).isLedBy("node-2").isNotLeading();

		this.coordination.grantLeadership("importer");
		assertThat(this.importer.log()).containsExactly("stop importer", "start importer");
	}

	@Test
	void registryLocksInTheStore() throws Exception {
		this.registry.executeLocked("d.csv", () -> {
			assertThat(this.coordination).hasLockHeldByApplication("d.csv");
			this.done.add("locked");
		});

		assertThat(this.done).containsExactly("locked");
		assertThat(this.coordination).hasFreeLock("d.csv");
	}

	@Test
	void endpointWithARoleRunsInTheLeader() {
		assertThat(this.feed.isRunning()).isTrue();

		this.coordination.revokeLeadership("importer");
		assertThat(this.feed.isRunning()).isFalse();

		this.coordination.grantLeadership("importer");
		assertThat(this.feed.isRunning()).isTrue();
	}

	@Test
	void lossIsToldByTheLockThatIsGivenBack() {
		Lock lock = this.coordinator.lock("c.csv").asLock();
		lock.lock();

		this.coordination.loseSession();

		assertThatExceptionOfType(LockLostException.class).isThrownBy(lock::lock);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(lock::unlock);
	}

	@Test
	void recipesOfCuratorAreReplaced() throws Exception {
		Recipes recipes = new Recipes(this.coordinator);

		assertThat(recipes.mutex(() -> this.done.add("mutex"))).isTrue();
		recipes.several(() -> this.done.add("read"), () -> this.done.add("several"));

		assertThat(this.done).containsExactly("mutex", "read", "several");
	}

	@Test
	void partiesWorkTogether() throws Exception {
		CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> {
			try {
				return new Recipes(this.coordination.stranger("node-2")).together(() -> {
				});
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});

		assertThat(new Recipes(this.coordinator).together(() -> this.done.add("together"))).isTrue();

		assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.done).containsExactly("together");
	}

	@Test
	void leaderAndMemberAreSeenByOthers() throws Exception {
		Recipes recipes = new Recipes(this.coordinator);
		Election election = recipes.latch(() -> this.done.add("start"), () -> this.done.add("stop"));
		Group nodes = recipes.member();
		this.coordination.settle();

		Coordinator other = this.coordination.stranger("node-2");
		assertThat(other.election("billing")).isLedBy("node-1");
		assertThat(other.group("nodes")).hasMemberWith("node-1", "host", "node-1");
		election.leave();
		nodes.leave();

		this.coordination.settle();
		assertThat(this.done).containsExactly("start", "stop");
	}

	@Test
	@SuppressWarnings("NullAway") // the token is filled in
	void locksOfRedissonAreReplaced() throws InterruptedException {
		this.stock.likeRLock(() -> this.done.add("locked"));
		long token = this.stock.likeRFencedLock(() -> this.done.add("fenced"));
		long later = this.stock.likeRFencedLock(() -> this.done.add("fenced again"));
		long first = this.stock.reserve("4711", null);

		assertThat(this.done).containsExactly("locked", "fenced", "fenced again");
		assertThat(later).isGreaterThan(token).isPositive();
		assertThat(this.stock.reserve("4711", null)).isGreaterThan(first);
		assertThat(this.stock.likeRCountDownLatch()).isTrue();
	}

}
