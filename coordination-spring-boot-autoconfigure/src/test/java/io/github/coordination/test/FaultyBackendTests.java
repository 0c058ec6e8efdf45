package io.github.coordination.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.coordination.ClientSource;
import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.local.LocalBackendProvider;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class FaultyBackendTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	private static final Duration SAFE_TTL = Duration.ofSeconds(10);

	private static final Directory QUEUE = new Directory("default", "lock", "orders");

	private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

	private final Simulation simulation = Simulation.inOrder();

	private final Environment environment = this.simulation.newEnvironment();

	private final String url = "local:" + UUID.randomUUID();

	private final CoordinationBackend store = newBackend();

	private final FaultyBackend faulty = new FaultyBackend(newBackend(), this.environment);

	private final List<Change> changes = new ArrayList<>();

	@AfterEach
	void close() {
		this.faulty.close();
		this.store.close();
	}

	@Test
	void unavailableCallDoesNotHappen() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.ENQUEUE).unavailable();

		assertUnavailable(() -> enqueue(session, 1));

		assertThat(this.store.list(QUEUE)).isEmpty();
		enqueue(session, 1);
		assertThat(this.store.list(QUEUE)).hasSize(1);
	}

	@Test
	void callWhoseReplyIsLostHappens() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.ENQUEUE).replyLost();

		assertIndeterminate(() -> enqueue(session, 1));

		assertThat(this.store.list(QUEUE)).hasSize(1);
		enqueue(session, 1);
		assertThat(this.store.list(QUEUE)).hasSize(1);
	}

	@Test
	void lateCallHappensWhenItIsDelivered() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.ENQUEUE).times(2).deliveredLate();

		assertIndeterminate(() -> enqueue(session, 1));
		assertIndeterminate(() -> enqueue(session, 2));

		assertThat(this.store.list(QUEUE)).isEmpty();
		this.faulty.deliverLate();
		assertThat(this.store.list(QUEUE)).extracting(Entry::id)
			.containsExactly(attempt(session, 1), attempt(session, 2));
		this.faulty.deliverLate();
		assertThat(this.store.list(QUEUE)).hasSize(2);
	}

	@Test
	void lateCallOfADeadSessionIsRefusedByTheStore() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.ENQUEUE).deliveredLate();
		assertIndeterminate(() -> enqueue(session, 1));
		session.close();

		this.faulty.deliverLate();

		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void lateRenewalDoesNotReviveASession() {
		this.faulty.withTtl(SAFE_TTL);
		BackendSession session = this.faulty.open(TTL);
		enqueue(session, 1);
		this.faulty.on(Operation.RENEW).deliveredLate();
		assertIndeterminate(session::renew);

		this.simulation.advance(TTL);
		this.faulty.deliverLate();

		assertLost(session::renew);
		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void sessionMayDieInsteadOfTheCall() {
		BackendSession session = this.faulty.open(TTL);
		enqueue(session, 1);
		this.faulty.on(Operation.ENQUEUE).sessionDies();

		assertLost(() -> enqueue(session, 2));

		assertLost(session::renew);
		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void sessionMayDieRightAfterTheCall() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.ENQUEUE).sessionDiesAfterwards();

		assertThat(enqueue(session, 1).entry().sessionId()).isEqualTo(session.id());

		assertLost(session::renew);
		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void deathStrikesOnlyCallsOfSessions() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.CREATE).sessionDies();

		assertThat(this.faulty.create(QUEUE.entry("persistent"), VALUE)).isPresent();
		assertLost(() -> session.create(QUEUE.entry("bound"), VALUE));
	}

	@Test
	void faultStrikesAsOftenAsItIsTold() {
		this.faulty.on(Operation.GET).after(1).times(2).unavailable();

		this.faulty.get(QUEUE.entry("a"));
		assertUnavailable(() -> this.faulty.get(QUEUE.entry("a")));
		this.faulty.list(QUEUE);
		assertUnavailable(() -> this.faulty.get(QUEUE.entry("a")));
		this.faulty.get(QUEUE.entry("a"));
	}

	@Test
	void faultOfSeveralOperationsCountsThemTogether() {
		this.faulty.on(Operation.GET, Operation.LIST).times(2).unavailable();

		assertUnavailable(() -> this.faulty.get(QUEUE.entry("a")));
		assertUnavailable(() -> this.faulty.list(QUEUE));
		this.faulty.get(QUEUE.entry("a"));
		this.faulty.list(QUEUE);
	}

	@Test
	void oldestUnfinishedFaultStrikes() {
		this.faulty.on(Operation.LIST).unavailable();
		this.faulty.on(Operation.LIST).replyLost();

		assertUnavailable(() -> this.faulty.list(QUEUE));
		assertIndeterminate(() -> this.faulty.list(QUEUE));
		this.faulty.list(QUEUE);
	}

	@Test
	void permanentFaultEndsWithHealing() {
		this.faulty.on(Operation.values()).always().unavailable();
		for (int i = 0; i < 10; i++) {
			assertUnavailable(() -> this.faulty.open(TTL));
		}

		this.faulty.heal();

		assertThat(this.faulty.open(TTL).renew()).isNotNull();
	}

	@Test
	void everyOperationCanFail() {
		BackendSession session = this.faulty.open(TTL);
		Entry bound = session.create(QUEUE.entry("bound"), VALUE).orElseThrow();
		Entry persistent = this.faulty.create(QUEUE.entry("persistent"), VALUE).orElseThrow();
		this.faulty.on(Operation.values()).always().unavailable();

		assertUnavailable(() -> this.faulty.open(TTL));
		assertUnavailable(session::renew);
		assertUnavailable(() -> session.create(QUEUE.entry("a"), VALUE));
		assertUnavailable(() -> this.faulty.create(QUEUE.entry("a"), VALUE));
		assertUnavailable(() -> session.replace(bound, VALUE));
		assertUnavailable(() -> this.faulty.replace(persistent, VALUE));
		assertUnavailable(() -> enqueue(session, 1));
		assertUnavailable(() -> session.delete(bound));
		assertUnavailable(() -> this.faulty.delete(persistent));
		assertUnavailable(session::entries);
		assertUnavailable(() -> this.faulty.get(QUEUE.entry("a")));
		assertUnavailable(() -> this.faulty.list(QUEUE));
		assertUnavailable(() -> this.faulty.watch(QUEUE, this.changes::add));
		assertThat(this.store.list(QUEUE)).usingRecursiveFieldByFieldElementComparator()
			.containsExactly(bound, persistent);
		for (Operation operation : Operation.values()) {
			assertThat(this.faulty.calls(operation)).isPositive();
		}
	}

	@Test
	void callsAreCounted() {
		BackendSession session = this.faulty.open(TTL);
		session.delete(enqueue(session, 1).entry());
		this.faulty.on(Operation.LIST).unavailable();
		assertUnavailable(() -> this.faulty.list(QUEUE));

		assertThat(this.faulty.calls(Operation.ENQUEUE, Operation.DELETE)).isEqualTo(2);
		assertThat(this.faulty.calls(Operation.LIST)).isEqualTo(1);
		assertThat(this.faulty.calls(Operation.RENEW)).isZero();
		assertThat(this.faulty.calls(Operation.values())).isEqualTo(4);
	}

	@Test
	void hangingCallGoesOnWhenReleased() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.RENEW).hangs();
		CompletableFuture<Object> renewal = CompletableFuture.supplyAsync(session::renew);
		await().until(() -> this.faulty.hanging() == 1);

		assertThat(session.renew()).isNotNull();
		assertThat(renewal).isNotDone();
		this.faulty.release();

		assertThat(renewal.join()).isEqualTo(session.grant());
		assertThat(this.faulty.hanging()).isZero();
	}

	@Test
	void healingReleasesHangingCalls() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.RENEW).always().hangs();
		CompletableFuture<Object> renewal = CompletableFuture.supplyAsync(session::renew);
		await().until(() -> this.faulty.hanging() == 1);

		this.faulty.heal();

		assertThat(renewal.join()).isEqualTo(session.grant());
		assertThat(session.renew()).isNotNull();
	}

	@Test
	void interruptEndsAHangingCallBeforeItHappened() {
		BackendSession session = this.faulty.open(TTL);
		this.faulty.on(Operation.ENQUEUE).hangs();
		Thread.currentThread().interrupt();

		assertIndeterminate(() -> enqueue(session, 1));

		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void sessionWithTtlEndsWhenItIsNotRenewed() {
		this.faulty.withTtl(SAFE_TTL);
		BackendSession session = this.faulty.open(TTL);
		enqueue(session, 1);
		this.store.watch(QUEUE, this.changes::add);
		assertThat(session.grant().ttl()).isEqualTo(TTL);
		assertThat(session.grant().safeTtl()).isEqualTo(SAFE_TTL);
		assertThat(this.faulty.guarantees().characteristics()).doesNotContain(Characteristic.NON_TIMEOUT_BASED);

		this.simulation.advance(TTL.minusNanos(1));
		assertThat(this.store.list(QUEUE)).hasSize(1);
		this.simulation.advance(Duration.ofNanos(1));

		assertThat(this.store.list(QUEUE)).isEmpty();
		assertThat(this.changes).isNotEmpty();
		assertLost(session::renew);
	}

	@Test
	void renewalIsRefusedFromTheMomentOfExpiryThoughNothingWasCleanedUp() {
		this.faulty.withTtl(SAFE_TTL);
		BackendSession session = this.faulty.open(TTL);
		enqueue(session, 1);

		// the timer runs, but not yet what it hands to the executor
		this.simulation.time().advance(TTL);

		assertThat(this.store.list(QUEUE)).hasSize(1);
		assertLost(session::renew);
		assertLost(session::entries);
		this.simulation.runUntilIdle();
		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void renewalProlongsTheSession() {
		this.faulty.withTtl(SAFE_TTL);
		BackendSession session = this.faulty.open(TTL);
		enqueue(session, 1);
		for (int i = 0; i < 10; i++) {
			this.simulation.advance(TTL.minusNanos(1));
			assertThat(session.renew()).isEqualTo(session.grant());
		}

		assertThat(this.store.list(QUEUE)).hasSize(1);
	}

	@Test
	void steppedWallClockEndsNoSession() {
		this.faulty.withTtl(SAFE_TTL);
		BackendSession session = this.faulty.open(TTL);

		this.simulation.time().stepWallClock(Duration.ofDays(1));
		this.simulation.runUntilIdle();

		assertThat(session.renew()).isNotNull();
	}

	@Test
	void renewalWhoseReplyIsLostCounts() {
		this.faulty.withTtl(SAFE_TTL);
		BackendSession session = this.faulty.open(TTL);
		this.simulation.advance(SAFE_TTL);
		this.faulty.on(Operation.RENEW).replyLost();
		assertIndeterminate(session::renew);

		this.simulation.advance(SAFE_TTL);

		assertThat(session.renew()).isNotNull();
	}

	@Test
	void allSessionsCanBeEnded() {
		BackendSession one = this.faulty.open(TTL);
		BackendSession two = this.faulty.open(TTL);
		BackendSession other = this.store.open(TTL);
		enqueue(one, 1);

		this.faulty.endSessions();

		assertLost(one::renew);
		assertLost(two::renew);
		assertThat(other.renew()).isNotNull();
		assertThat(this.store.list(QUEUE)).isEmpty();
		assertThat(this.faulty.open(TTL).renew()).isNotNull();
	}

	@Test
	void storeIdentityChangesAtTheNextRenewal() {
		BackendSession session = this.faulty.open(TTL);
		String identity = session.grant().storeIdentity();
		assertThat(session.renew().storeIdentity()).isEqualTo(identity);

		this.faulty.changeStoreIdentity();

		assertThat(session.grant().storeIdentity()).isEqualTo(identity);
		String changed = session.renew().storeIdentity();
		assertThat(changed).isNotEqualTo(identity);
		assertThat(session.renew().storeIdentity()).isEqualTo(changed);
		assertThat(this.faulty.open(TTL).grant().storeIdentity()).isEqualTo(changed);
		this.faulty.changeStoreIdentity();
		assertThat(session.renew().storeIdentity()).isNotIn(identity, changed);
	}

	@Test
	void lostChangesAreMadeUpForByOneCallWhenHealed() {
		BackendSession session = this.store.open(TTL);
		this.faulty.watch(QUEUE, this.changes::add);
		List<Change> undisturbed = new ArrayList<>();
		this.faulty.watch(new Directory("default", "lock", "other"), undisturbed::add);
		this.faulty.loseChanges();
		enqueue(session, 1);
		enqueue(session, 2);
		this.simulation.runUntilIdle();
		assertThat(this.changes).isEmpty();

		this.faulty.heal();
		this.simulation.runUntilIdle();

		assertThat(this.changes).containsExactly(Change.UNKNOWN);
		assertThat(undisturbed).isEmpty();
		enqueue(session, 3);
		this.simulation.runUntilIdle();
		assertThat(this.changes).containsExactly(Change.UNKNOWN, Change.written(attempt(session, 3)));
	}

	@Test
	void closedWatchIsOwedNothing() {
		BackendSession session = this.store.open(TTL);
		Watch watch = this.faulty.watch(QUEUE, this.changes::add);
		this.faulty.loseChanges();
		enqueue(session, 1);
		this.simulation.runUntilIdle();

		watch.close();
		this.faulty.heal();
		this.simulation.runUntilIdle();

		assertThat(this.changes).isEmpty();
	}

	@Test
	void changesCanBeReportedTwice() {
		BackendSession session = this.store.open(TTL);
		this.faulty.watch(QUEUE, this.changes::add);
		this.faulty.duplicateChanges();

		Entry entry = enqueue(session, 1).entry();
		this.simulation.runUntilIdle();
		this.faulty.heal();
		session.delete(entry);
		this.simulation.runUntilIdle();

		assertThat(this.changes).containsExactly(Change.written(entry.id()), Change.written(entry.id()),
				Change.removed(entry.id()));
	}

	@Test
	void detailsOfChangesCanBeHidden() {
		BackendSession session = this.store.open(TTL);
		this.faulty.withoutDetails().watch(QUEUE, this.changes::add);

		session.delete(enqueue(session, 1).entry());
		this.faulty.heal();
		this.simulation.runUntilIdle();

		assertThat(this.changes).containsExactly(Change.UNKNOWN, Change.UNKNOWN);
	}

	private CoordinationBackend newBackend() {
		return new LocalBackendProvider().create(new BackendConfig(BackendUrl.parse(this.url), "default", TTL,
				TTL.dividedBy(6), this.environment, ClientSource.of()));
	}

	private static Placement enqueue(BackendSession session, int number) {
		return session.enqueue(QUEUE, attempt(session, number), "x", VALUE, Integer.MAX_VALUE).orElseThrow();
	}

	private static String attempt(BackendSession session, int number) {
		return session.id() + "." + number;
	}

	private static void assertUnavailable(ThrowingCallable call) {
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(call);
	}

	private static void assertIndeterminate(ThrowingCallable call) {
		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(call);
	}

	private static void assertLost(ThrowingCallable call) {
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(call);
	}

}
