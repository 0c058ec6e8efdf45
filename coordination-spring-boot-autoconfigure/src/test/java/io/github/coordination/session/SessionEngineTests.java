package io.github.coordination.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.ClientSource;
import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.MisuseException;
import io.github.coordination.SessionLostException;
import io.github.coordination.SessionState;
import io.github.coordination.backend.local.LocalBackendProvider;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Interleaving;
import io.github.coordination.spi.SessionGrant;
import io.github.coordination.test.FaultyBackend;
import io.github.coordination.test.Operation;
import io.github.coordination.test.SimulatedTime;
import io.github.coordination.test.Simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The engine in one thread, over a store whose sessions are safe for ten seconds after a
 * renewal was sent: with a guard of a tenth of the ttl, belief lasts for eight and a
 * half.
 */
@Timeout(60)
class SessionEngineTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	private static final Duration SAFE_TTL = Duration.ofSeconds(10);

	private static final Duration RENEWAL = Duration.ofSeconds(5);

	private static final Duration BELIEF = Duration.ofMillis(8500);

	private static final Duration MOMENT = Duration.ofNanos(1);

	/** Longest pause before something is tried again. */
	private static final Duration PAUSE = Duration.ofMillis(1250);

	private static final Directory QUEUE = new Directory("default", "lock", "orders");

	private static final EntryKey KEY = new Directory("default", "group", "workers").entry("a");

	private static final byte[] VALUE = { 1 };

	private final Simulation simulation = Simulation.inOrder();

	private final SimulatedTime time = this.simulation.time();

	private final Environment network = this.simulation.newEnvironment();

	private final String url = "local:" + UUID.randomUUID();

	private final CoordinationBackend store = newBackend();

	private final FaultyBackend faulty = new FaultyBackend(newBackend(), this.network).withTtl(SAFE_TTL);

	private final Interleaving moments = new Interleaving();

	private final List<SessionState> states = new ArrayList<>();

	/** How far the engine's clock has run on while its timers stood still. */
	private Duration paused = Duration.ZERO;

	private final Environment environment = environment();

	private SessionEngine engine;

	@BeforeEach
	void start() {
		this.engine = SessionEngine.start(this.moments.over(this.faulty), TTL, RENEWAL, this.environment);
		this.engine.addListener(this.states::add);
	}

	@AfterEach
	void close() {
		this.engine.close();
		this.faulty.close();
		this.store.close();
	}

	// Deadline

	@Test
	void beliefLastsTheSafeTtlLessAGuard() {
		assertThat(this.engine.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(this.engine.lease().isLive()).isTrue();
		assertThat(this.engine.lease().remaining()).isEqualTo(BELIEF);
	}

	@Test
	void beliefCountsFromBeforeTheOpeningWasSent() {
		this.moments.beforeNext(Operation.OPEN, () -> this.time.advance(Duration.ofSeconds(1)));
		this.moments.afterNext(Operation.OPEN, () -> this.time.advance(Duration.ofSeconds(2)));

		loseSession();

		assertThat(this.engine.lease().remaining()).isEqualTo(BELIEF.minusSeconds(3));
	}

	@Test
	void beliefCountsFromBeforeARenewalWasSent() {
		this.moments.beforeNext(Operation.RENEW, () -> this.time.advance(Duration.ofSeconds(1)));
		this.moments.afterNext(Operation.RENEW, () -> this.time.advance(Duration.ofSeconds(2)));

		this.simulation.advance(RENEWAL);

		assertThat(this.engine.lease().remaining()).isEqualTo(BELIEF.minusSeconds(3));
	}

	@Test
	void sessionIsRenewedEveryThirdOfItsTtl() {
		String id = this.engine.lease().id();
		this.simulation.advance(RENEWAL.minus(MOMENT));
		assertThat(this.faulty.calls(Operation.RENEW)).isZero();

		this.simulation.advance(MOMENT);
		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(1);
		assertThat(this.engine.lease().remaining()).isEqualTo(BELIEF);
		this.simulation.advance(RENEWAL.multipliedBy(9));

		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(10);
		assertThat(this.engine.lease().id()).isEqualTo(id);
		assertThat(this.states).isEmpty();
	}

	@Test
	void thousandEntriesCostNoMoreCallsThanNone() {
		Lease lease = this.engine.lease();
		for (int i = 0; i < 1000; i++) {
			enqueue(lease);
		}
		int before = this.faulty.calls(Operation.values());

		this.simulation.advance(RENEWAL.multipliedBy(10));

		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(10);
		assertThat(this.faulty.calls(Operation.values()) - before).isEqualTo(10);
	}

	@Test
	void validityIsComputedAtEachQuestion() {
		Lease lease = this.engine.lease();

		this.paused = BELIEF.minus(MOMENT);
		assertThat(lease.isLive()).isTrue();
		assertThat(lease.isConnected()).isTrue();
		assertThat(lease.remaining()).isEqualTo(MOMENT);
		assertThat(this.engine.state()).isEqualTo(SessionState.CONNECTED);
		this.paused = BELIEF;

		assertThat(lease.isLive()).isFalse();
		assertThat(lease.isConnected()).isFalse();
		assertThat(lease.remaining()).isZero();
		assertThat(this.engine.state()).isEqualTo(SessionState.LOST);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(this.engine::lease);
		assertThat(this.states).isEmpty();
	}

	@Test
	void nothingIsAskedForOnceTheDeadlineHasPassed() {
		Lease lease = this.engine.lease();
		Holder holder = track(lease);
		this.paused = BELIEF;

		assertThatExceptionOfType(SessionLostException.class)
			.isThrownBy(() -> lease.enqueue(holder.key, "x", VALUE, Integer.MAX_VALUE));
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(() -> lease.create(KEY, VALUE));

		assertThat(this.faulty.calls(Operation.ENQUEUE, Operation.CREATE)).isZero();
	}

	@Test
	void renewalIsNotBelievedWhenThePauseBeforeItsAnswerWasTooLong() {
		Lease lease = this.engine.lease();
		this.moments.afterNext(Operation.RENEW, () -> this.paused = BELIEF);

		this.simulation.advance(RENEWAL);

		assertThat(lease.isLost()).isTrue();
		assertThat(this.states).startsWith(SessionState.LOST);
	}

	// Hanging and late renewals

	@Test
	void lossIsToldAtTheDeadlineWhileARenewalHangs() {
		Holder holder = enqueue(this.engine.lease());
		List<SessionState> toldMeanwhile = new ArrayList<>();
		this.moments.beforeNext(Operation.RENEW, () -> {
			this.time.advance(BELIEF.minus(RENEWAL).minus(MOMENT));
			assertThat(holder.lost).isZero();
			this.time.advance(MOMENT);
			assertThat(holder.lost).isEqualTo(1);
			assertThat(this.engine.state()).isEqualTo(SessionState.LOST);
			toldMeanwhile.addAll(this.states);
		});

		this.simulation.advance(RENEWAL);

		assertThat(toldMeanwhile).containsExactly(SessionState.LOST);
		assertThat(holder.lost).isEqualTo(1);
	}

	@Test
	void answerAfterTheDeadlineComesTooLate() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		this.moments.afterNext(Operation.RENEW, () -> this.time.advance(BELIEF.minus(RENEWAL)));

		this.simulation.advance(RENEWAL);

		assertThat(lease.isLost()).isTrue();
		assertThat(lease.isLive()).isFalse();
		assertThat(holder.lost).isEqualTo(1);
		assertThat(this.states).containsExactly(SessionState.LOST, SessionState.CONNECTED);
		assertThat(this.engine.lease().id()).isNotEqualTo(lease.id());
	}

	@Test
	void lossIsToldByTheMachinesClockWhileACallBlocks() {
		try (SystemEnvironment system = new SystemEnvironment(new SecureRandom());
				FaultyBackend blocking = new FaultyBackend(newBackend(), system.environment())
					.withTtl(Duration.ofMillis(1500));
				SessionEngine real = SessionEngine.start(blocking, Duration.ofMillis(1500), RENEWAL,
						system.environment())) {
			List<SessionState> told = new CopyOnWriteArrayList<>();
			real.addListener(told::add);
			Holder holder = enqueue(real.lease());
			blocking.on(Operation.RENEW).hangs();

			await().until(() -> holder.lost == 1);
			await().until(() -> told.contains(SessionState.LOST));

			assertThat(blocking.hanging()).isEqualTo(1);
			assertThat(told).containsExactly(SessionState.LOST);
			blocking.release();
			await().until(() -> told.contains(SessionState.CONNECTED));
		}
	}

	// Suspension

	@Test
	void failedRenewalSuspendsWhatIsHeldIsStillHeld() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		this.faulty.on(Operation.RENEW).always().unavailable();

		this.simulation.advance(RENEWAL);

		assertThat(this.states).containsExactly(SessionState.SUSPENDED);
		assertThat(this.engine.state()).isEqualTo(SessionState.SUSPENDED);
		assertThat(lease.isLive()).isTrue();
		assertThat(lease.isConnected()).isFalse();
		assertThat(lease.remaining()).isEqualTo(BELIEF.minus(RENEWAL));
		assertThat(holder.lost).isZero();
	}

	@Test
	void unknownOutcomeOfARenewalSuspendsToo() {
		this.faulty.on(Operation.RENEW).replyLost();

		this.simulation.advance(RENEWAL);

		assertThat(this.states).containsExactly(SessionState.SUSPENDED);
		assertThat(this.engine.state()).isEqualTo(SessionState.SUSPENDED);
	}

	@Test
	void nothingNewIsGrantedWhileSuspended() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		Holder late = track(lease);
		this.faulty.on(Operation.RENEW).always().unavailable();
		this.simulation.advance(RENEWAL);
		int before = this.faulty.calls(Operation.values());

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(this.engine::lease);
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.engine.awaitLease(Deadline.after(this.environment.clock(), Duration.ZERO)));
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> lease.enqueue(late.key, "x", VALUE, Integer.MAX_VALUE));
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> lease.create(KEY, VALUE));
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> lease.replace(holder.known(), VALUE));

		assertThat(this.faulty.calls(Operation.values())).isEqualTo(before);
	}

	@Test
	void whatIsHeldCanBeGivenBackWhileSuspended() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		this.faulty.on(Operation.RENEW).always().unavailable();
		this.simulation.advance(RENEWAL);

		lease.giveUp(holder.key, holder, holder.entry);

		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void renewalIsSentAThirdOfTheTtlAfterTheOneBeforeWasSent() {
		this.moments.afterNext(Operation.RENEW, () -> this.time.advance(Duration.ofSeconds(2)));
		this.simulation.advance(RENEWAL);

		this.simulation.advance(RENEWAL.minusSeconds(2));

		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(2);
		assertThat(this.engine.lease().remaining()).isEqualTo(BELIEF);
	}

	@Test
	void renewalThatTimedOutIsRepeatedBeforeTheDeadline() {
		this.moments.changeGrants((grant) -> grant(grant, Duration.ofSeconds(10), Duration.ofMillis(6_667)));
		loseSession();
		Lease lease = this.engine.lease();
		int before = this.faulty.calls(Operation.RENEW);
		this.faulty.on(Operation.RENEW).times(1).replyLost();
		this.moments.beforeNext(Operation.RENEW, () -> this.time.advance(Duration.ofMillis(2_500)));

		this.simulation.advance(BELIEF);

		assertThat(this.faulty.calls(Operation.RENEW)).isGreaterThan(before + 1);
		assertThat(lease.isLost()).isFalse();
	}

	@Test
	void grantThatGrowsShorterEndsTheBeliefSooner() {
		this.simulation.advance(MOMENT);
		Holder holder = enqueue(this.engine.lease());
		this.moments.changeGrants((grant) -> grant(grant, Duration.ofSeconds(3), Duration.ofSeconds(3)));
		this.simulation.advance(RENEWAL);
		assertThat(this.engine.state()).isEqualTo(SessionState.SUSPENDED);

		this.faulty.on(Operation.RENEW).always().unavailable();
		this.simulation.advance(Duration.ofMillis(2_500));

		assertThat(holder.lost).isEqualTo(1);
	}

	@Test
	void failedRenewalIsRepeatedSoonAndNotInStep() {
		this.faulty.on(Operation.RENEW).times(2).unavailable();

		this.simulation.advance(RENEWAL.plus(PAUSE.multipliedBy(2)));

		assertThat(this.faulty.calls(Operation.RENEW)).isGreaterThanOrEqualTo(3);
		assertThat(this.states).containsExactly(SessionState.SUSPENDED, SessionState.CONNECTED);
	}

	@Test
	void oneFailedRenewalDoesNotEndTheRenewals() {
		String id = this.engine.lease().id();
		for (int i = 0; i < 100; i++) {
			this.faulty.on(Operation.RENEW).unavailable();
			this.simulation.advance(RENEWAL.multipliedBy(2));
		}

		assertThat(this.engine.lease().id()).isEqualTo(id);
		assertThat(this.states).doesNotContain(SessionState.LOST).hasSize(200);
	}

	@Test
	void suspensionEndsInLossAtTheDeadlineAndNotBefore() {
		Holder holder = enqueue(this.engine.lease());
		this.faulty.on(Operation.RENEW, Operation.OPEN).always().unavailable();
		this.simulation.advance(BELIEF.minus(MOMENT));
		assertThat(this.states).containsExactly(SessionState.SUSPENDED);
		assertThat(holder.lost).isZero();

		this.simulation.advance(MOMENT);

		assertThat(this.states).containsExactly(SessionState.SUSPENDED, SessionState.LOST);
		assertThat(this.engine.state()).isEqualTo(SessionState.LOST);
		assertThat(holder.lost).isEqualTo(1);
		// the store itself would have let go later
		assertThat(this.store.list(QUEUE)).hasSize(1);
	}

	// Resumption

	@Test
	void resumptionTellsThoseWhoseEntriesAreThere() {
		Lease lease = this.engine.lease();
		Holder first = enqueue(lease);
		Holder second = enqueue(lease);
		Holder unanswered = track(lease);
		suspend();

		this.simulation.advance(PAUSE);

		assertThat(this.states).containsExactly(SessionState.SUSPENDED, SessionState.CONNECTED);
		assertThat(this.engine.lease()).isSameAs(lease);
		assertThat(List.of(first, second, unanswered)).allMatch((each) -> each.resumed == 1 && each.lost == 0);
	}

	@Test
	void entryThatIsMissingAfterASuspensionIsLostAndOthersStay() {
		Lease lease = this.engine.lease();
		Holder missing = enqueue(lease);
		Holder staying = enqueue(lease);
		suspend();
		assertThat(this.store.delete(missing.known())).isTrue();

		this.simulation.advance(PAUSE);

		assertThat(missing.lost).isEqualTo(1);
		assertThat(staying.lost).isZero();
		assertThat(staying.resumed).isEqualTo(1);
		assertThat(this.engine.lease()).isSameAs(lease);
	}

	@Test
	void entryThatWasMadeAnewByAnotherHandIsLost() {
		Lease lease = this.engine.lease();
		Holder holder = new Holder(KEY);
		lease.track(KEY, holder);
		holder.entry = lease.create(KEY, VALUE).orElseThrow();
		suspend();
		assertThat(this.store.delete(holder.known())).isTrue();
		assertThat(this.store.create(KEY, VALUE)).isPresent();

		this.simulation.advance(PAUSE);

		assertThat(holder.lost).isEqualTo(1);
	}

	@Test
	void entryWhoseValueWasReplacedIsKept() {
		Lease lease = this.engine.lease();
		Holder holder = new Holder(KEY);
		lease.track(KEY, holder);
		holder.entry = lease.create(KEY, VALUE).orElseThrow();
		assertThat(lease.replace(holder.known(), new byte[] { 2 })).isPresent();
		suspend();

		this.simulation.advance(PAUSE);

		assertThat(holder.lost).isZero();
		assertThat(holder.resumed).isEqualTo(1);
	}

	@Test
	void suspensionLastsUntilTheEntriesWereCompared() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		suspend();
		this.faulty.on(Operation.ENTRIES).times(3).unavailable();

		this.simulation.advance(PAUSE);
		assertThat(this.engine.state()).isEqualTo(SessionState.SUSPENDED);
		assertThat(lease.isConnected()).isFalse();
		assertThat(holder.resumed).isZero();
		this.simulation.advance(PAUSE.multipliedBy(3));

		assertThat(this.states).containsExactly(SessionState.SUSPENDED, SessionState.CONNECTED);
		assertThat(holder.resumed).isEqualTo(1);
	}

	@Test
	void whatIsGivenUpWhileEntriesAreComparedIsNotToldOfALoss() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		suspend();
		this.moments.beforeNext(Operation.ENTRIES, () -> lease.giveUp(holder.key, holder, holder.entry));

		this.simulation.advance(PAUSE);

		assertThat(holder.lost).isZero();
		assertThat(this.engine.state()).isEqualTo(SessionState.CONNECTED);
	}

	// Loss

	@Test
	void sessionTheStoreNoLongerKnowsIsLost() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		this.faulty.on(Operation.RENEW).sessionDies();

		this.simulation.advance(RENEWAL);

		assertThat(holder.lost).isEqualTo(1);
		assertThat(lease.isLost()).isTrue();
		assertThat(this.states).containsExactly(SessionState.LOST, SessionState.CONNECTED);
		assertThat(this.engine.lease().id()).isNotEqualTo(lease.id());
		assertThat(this.engine.lease().isConnected()).isTrue();
	}

	@Test
	void storeWithAnotherIdentityIsAnotherStore() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		this.faulty.changeStoreIdentity();

		this.simulation.advance(RENEWAL);

		assertThat(holder.lost).isEqualTo(1);
		assertThat(lease.isLost()).isTrue();
		assertThat(this.states).containsExactly(SessionState.LOST, SessionState.CONNECTED);
		this.simulation.advance(RENEWAL.multipliedBy(10));
		assertThat(this.states).hasSize(2);
	}

	@Test
	void trackedAreToldBeforeTheStoreIsAskedToCleanUp() {
		Holder holder = enqueue(this.engine.lease());
		this.faulty.on(Operation.RENEW).always().unavailable();
		this.simulation.advance(BELIEF);
		assertThat(holder.lost).isEqualTo(1);
		assertThat(this.store.list(QUEUE)).hasSize(1);

		this.simulation.advance(TTL.dividedBy(10).minus(MOMENT));
		assertThat(this.store.list(QUEUE)).hasSize(1);
		this.simulation.advance(MOMENT);

		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void lossIsToldOnce() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		Holder givenUp = enqueue(lease);
		lease.giveUp(givenUp.key, givenUp, givenUp.entry);
		loseSession();

		this.simulation.advance(TTL);
		this.engine.close();

		assertThat(holder.lost).isEqualTo(1);
		assertThat(givenUp.lost).isZero();
	}

	@Test
	void lostSessionTracksNothingMore() {
		Lease lease = this.engine.lease();
		loseSession();
		Holder holder = new Holder(KEY);

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(() -> lease.track(KEY, holder));

		assertThat(holder.lost).isZero();
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(() -> lease.create(KEY, VALUE));
	}

	@Test
	void lossIsFinalForItsSession() {
		Lease lease = this.engine.lease();
		loseSession();

		assertThat(this.engine.state()).isEqualTo(SessionState.CONNECTED);
		assertThat(lease.isLive()).isFalse();
		assertThat(lease.remaining()).isZero();
	}

	// Opening again

	@Test
	void newSessionIsOpenedWithABackOff() {
		this.faulty.on(Operation.OPEN).always().unavailable();
		int before = this.faulty.calls(Operation.OPEN);
		loseSession();

		this.simulation.advance(Duration.ofMinutes(1));

		assertThat(this.faulty.calls(Operation.OPEN) - before).isBetween(40, 110);
		assertThat(this.engine.state()).isEqualTo(SessionState.LOST);
		this.faulty.heal();
		this.simulation.advance(PAUSE);
		assertThat(this.states).containsExactly(SessionState.LOST, SessionState.CONNECTED);
	}

	@Test
	void openingOfUnknownOutcomeIsRepeated() {
		this.faulty.on(Operation.OPEN).times(3).replyLost();
		loseSession();

		this.simulation.advance(PAUSE.multipliedBy(4));

		assertThat(this.engine.state()).isEqualTo(SessionState.CONNECTED);
	}

	@Test
	void sessionThatWasOpenedTooSlowlyIsToldLostAfterItWasToldConnected() {
		this.moments.beforeNext(Operation.OPEN, () -> this.time.advance(BELIEF));

		loseSession();
		this.simulation.advance(PAUSE);

		assertThat(this.states).containsExactly(SessionState.LOST, SessionState.CONNECTED, SessionState.LOST,
				SessionState.CONNECTED);
		assertThat(this.engine.state()).isEqualTo(SessionState.CONNECTED);
	}

	@Test
	void statesAreToldToEveryListenerInTheOrderInWhichTheyCame() {
		List<SessionState> second = new ArrayList<>();
		this.engine.addListener((state) -> {
			if (state == SessionState.SUSPENDED) {
				this.time.advance(BELIEF.minus(RENEWAL));
			}
		});
		this.engine.addListener(second::add);
		this.faulty.on(Operation.RENEW).unavailable();

		this.simulation.advance(RENEWAL);

		assertThat(second).containsExactly(SessionState.SUSPENDED, SessionState.LOST, SessionState.CONNECTED);
	}

	@Test
	void listenerThatFailsHarmsNobody() {
		List<SessionState> second = new ArrayList<>();
		this.engine.addListener((state) -> {
			throw new IllegalStateException("a listener that fails on purpose");
		});
		this.engine.addListener(second::add);

		loseSession();
		this.simulation.advance(TTL);

		assertThat(second).containsExactly(SessionState.LOST, SessionState.CONNECTED);
		assertThat(this.engine.lease().isConnected()).isTrue();
	}

	@Test
	void waiterIsWokenWhenTheSessionResumes() {
		Lease lease = this.engine.lease();
		suspend();
		Waiter waiter = new Waiter(Deadline.never(this.environment.clock()));
		waiter.awaitBlocked();

		this.simulation.advance(PAUSE);

		waiter.join();
		assertThat(waiter.result).isSameAs(lease);
	}

	@Test
	void waiterIsWokenByTheNextSession() {
		this.faulty.on(Operation.OPEN).always().unavailable();
		loseSession();
		Waiter waiter = new Waiter(Deadline.never(this.environment.clock()));
		waiter.awaitBlocked();
		this.faulty.heal();

		this.simulation.advance(PAUSE);

		waiter.join();
		assertThat(waiter.result).isSameAs(this.engine.lease());
	}

	@Test
	void waiterIsWokenByTheEnd() {
		suspend();
		Waiter waiter = new Waiter(Deadline.never(this.environment.clock()));
		waiter.awaitBlocked();

		this.engine.close();

		waiter.join();
		assertThat(waiter.failure).isInstanceOf(MisuseException.class);
	}

	// The wall clock

	@Test
	void wallClockThatWentForwardEndsTheBeliefUntilTheNextRenewal() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);

		this.time.stepWallClock(BELIEF.minusMillis(1));
		assertThat(lease.isLive()).isTrue();
		this.time.stepWallClock(Duration.ofMillis(1));

		assertThat(lease.isLive()).isFalse();
		assertThat(lease.remaining()).isZero();
		assertThat(this.engine.state()).isEqualTo(SessionState.SUSPENDED);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(this.engine::lease);
		assertThat(holder.lost).isZero();
		this.simulation.advance(RENEWAL);
		assertThat(this.engine.lease()).isSameAs(lease);
		assertThat(lease.remaining()).isEqualTo(BELIEF);
		assertThat(holder.lost).isZero();
	}

	@Test
	void wallClockThatWentBackChangesNothing() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);
		this.faulty.on(Operation.RENEW, Operation.OPEN).always().unavailable();

		this.time.stepWallClock(Duration.ofDays(-30));

		assertThat(lease.isLive()).isTrue();
		assertThat(lease.remaining()).isEqualTo(BELIEF);
		this.simulation.advance(BELIEF.minus(MOMENT));
		assertThat(holder.lost).isZero();
		this.simulation.advance(MOMENT);
		assertThat(holder.lost).isEqualTo(1);
		assertThat(lease.isLive()).isFalse();
	}

	// Grants

	@Test
	void timesFollowTheTtlThatIsGranted() {
		this.moments.changeGrants((grant) -> grant(grant, Duration.ofSeconds(30), Duration.ofSeconds(20)));
		loseSession();
		int before = this.faulty.calls(Operation.RENEW);

		assertThat(this.engine.lease().remaining()).isEqualTo(Duration.ofSeconds(17));
		this.simulation.advance(Duration.ofSeconds(10).minus(MOMENT));
		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(before);
		this.simulation.advance(MOMENT);
		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(before + 1);
	}

	@Test
	void timesFollowTheTtlThatIsGrantedByARenewal() {
		this.moments.changeGrants((grant) -> grant(grant, Duration.ofSeconds(6), Duration.ofSeconds(6)));
		this.simulation.advance(RENEWAL);

		assertThat(this.engine.lease().remaining()).isEqualTo(Duration.ofMillis(5400));
		this.simulation.advance(Duration.ofSeconds(6));

		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(4);
		assertThat(this.states).isEmpty();
	}

	@Test
	void sessionOfAStoreThatNeedsNoRenewalIsLiveForEver() {
		this.moments.changeGrants((grant) -> grant(grant, grant.ttl(), null));
		loseSession();
		Lease lease = this.engine.lease();

		assertThat(lease.remaining()).isEqualTo(ChronoUnit.FOREVER.getDuration());
		this.faulty.on(Operation.RENEW).always().unavailable();
		this.time.stepWallClock(Duration.ofDays(30));
		this.simulation.advance(Duration.ofMinutes(5));
		assertThat(lease.isLive()).isTrue();
		assertThat(lease.isConnected()).isFalse();
		assertThat(this.engine.state()).isEqualTo(SessionState.SUSPENDED);
	}

	// The end

	@Test
	void endTellsTheTrackedAndReleasesTheEntries() {
		Lease lease = this.engine.lease();
		Holder holder = enqueue(lease);

		this.engine.close();

		assertThat(holder.lost).isEqualTo(1);
		assertThat(lease.isLive()).isFalse();
		assertThat(this.engine.state()).isEqualTo(SessionState.CLOSED);
		assertThat(this.states).containsExactly(SessionState.CLOSED);
		assertThat(this.store.list(QUEUE)).isEmpty();
		assertThat(this.moments.openSessions()).isZero();
	}

	@Test
	void endMakesNoOtherCallThanToCloseTheSession() {
		for (int i = 0; i < 100; i++) {
			enqueue(this.engine.lease());
		}
		this.faulty.on(Operation.values()).always().unavailable();
		int before = this.faulty.calls(Operation.values());

		this.engine.close();

		assertThat(this.faulty.calls(Operation.values())).isEqualTo(before);
		assertThat(this.states).containsExactly(SessionState.CLOSED);
	}

	@Test
	void endIsFinal() {
		this.engine.close();
		this.engine.close();
		int before = this.faulty.calls(Operation.values());

		this.simulation.advance(TTL.multipliedBy(10));

		assertThat(this.faulty.calls(Operation.values())).isEqualTo(before);
		assertThat(this.states).containsExactly(SessionState.CLOSED);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(this.engine::lease);
		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> this.engine.awaitLease(Deadline.never(this.environment.clock())));
	}

	@Test
	void endWhileNoSessionIsOpen() {
		this.faulty.on(Operation.OPEN).always().unavailable();
		loseSession();

		this.engine.close();
		this.faulty.heal();
		this.simulation.advance(TTL.multipliedBy(10));

		assertThat(this.states).containsExactly(SessionState.LOST, SessionState.CLOSED);
		assertThat(this.engine.state()).isEqualTo(SessionState.CLOSED);
	}

	@Test
	void sessionThatOpensDuringTheEndIsClosed() {
		this.moments.beforeNext(Operation.OPEN, this.engine::close);

		loseSession();
		this.simulation.advance(TTL);

		assertThat(this.states).containsExactly(SessionState.LOST, SessionState.CLOSED);
		assertThat(this.moments.openSessions()).isZero();
	}

	@Test
	void renewalThatReturnsAfterTheEndChangesNothing() {
		this.moments.afterNext(Operation.RENEW, this.engine::close);

		this.simulation.advance(TTL.multipliedBy(2));

		assertThat(this.states).containsExactly(SessionState.CLOSED);
		assertThat(this.engine.state()).isEqualTo(SessionState.CLOSED);
		assertThat(this.moments.openSessions()).isZero();
	}

	// Sweeping

	@Test
	void enqueueWhoseReplyWasLostIsFoundByItsAttemptId() {
		Lease lease = this.engine.lease();
		Holder holder = track(lease);
		this.faulty.on(Operation.ENQUEUE).replyLost();
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> lease.enqueue(holder.key, "x", VALUE, Integer.MAX_VALUE));

		holder.entry = lease.enqueue(holder.key, "x", VALUE, Integer.MAX_VALUE).orElseThrow().entry();

		assertThat(this.store.list(QUEUE)).extracting(Entry::id).containsExactly(holder.key.id());
		this.simulation.advance(RENEWAL.multipliedBy(3));
		assertThat(this.store.list(QUEUE)).hasSize(1);
	}

	@Test
	void enqueueWhoseReplyWasLostIsSweptSoonAfterItWasGivenUp() {
		Holder holder = loseEnqueue();

		this.engine.lease().giveUp(holder.key, holder, null);
		assertThat(this.store.list(QUEUE)).hasSize(1);
		this.simulation.advance(PAUSE);

		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void createWhoseReplyWasLostIsSweptSoonAfterItWasGivenUp() {
		Lease lease = this.engine.lease();
		Holder first = new Holder(KEY);
		lease.track(KEY, first);
		this.faulty.on(Operation.CREATE).replyLost();
		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> lease.create(KEY, VALUE));

		lease.giveUp(KEY, first, null);
		this.simulation.advance(PAUSE);

		assertThat(this.store.get(KEY)).isEmpty();
	}

	@Test
	void enqueueThatArrivesLongAfterItWasGivenUpIsSweptWithALaterRenewal() {
		Lease lease = this.engine.lease();
		Holder holder = track(lease);
		this.faulty.on(Operation.ENQUEUE).deliveredLate();
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> lease.enqueue(holder.key, "x", VALUE, Integer.MAX_VALUE));
		lease.giveUp(holder.key, holder, null);
		this.simulation.advance(RENEWAL.multipliedBy(20));

		this.faulty.deliverLate();
		assertThat(this.store.list(QUEUE)).hasSize(1);
		this.simulation.advance(RENEWAL);

		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void deleteOfUnknownOutcomeIsRepeated() {
		Lease lease = this.engine.lease();
		Holder lost = enqueue(lease);
		Holder held = enqueue(lease);
		Holder refused = enqueue(lease);
		this.faulty.on(Operation.DELETE).replyLost();
		lease.giveUp(lost.key, lost, lost.entry);
		this.faulty.on(Operation.DELETE).deliveredLate();
		lease.giveUp(held.key, held, held.entry);
		this.faulty.on(Operation.DELETE).unavailable();
		lease.giveUp(refused.key, refused, refused.entry);
		assertThat(this.store.list(QUEUE)).hasSize(2);

		this.simulation.advance(PAUSE);
		assertThat(this.store.list(QUEUE)).isEmpty();
		this.faulty.deliverLate();

		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void entryWhoseReplacementHadAnUnknownOutcomeIsSwept() {
		Lease lease = this.engine.lease();
		Holder holder = new Holder(KEY);
		lease.track(KEY, holder);
		holder.entry = lease.create(KEY, VALUE).orElseThrow();
		this.faulty.on(Operation.REPLACE).replyLost();
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> lease.replace(holder.known(), new byte[] { 2 }));

		lease.giveUp(KEY, holder, holder.entry);
		this.simulation.advance(RENEWAL);

		assertThat(this.store.get(KEY)).isEmpty();
	}

	@Test
	void sweepIsRepeatedUntilItSucceeds() {
		Holder holder = loseEnqueue();
		this.faulty.on(Operation.ENTRIES).times(2).unavailable();
		this.faulty.on(Operation.DELETE).times(2).unavailable();

		this.engine.lease().giveUp(holder.key, holder, null);
		this.simulation.advance(PAUSE.multipliedBy(5));

		assertThat(this.store.list(QUEUE)).isEmpty();
		assertThat(this.states).isEmpty();
	}

	@Test
	void sweepSparesWhatIsHeld() {
		Holder held = enqueue(this.engine.lease());
		Holder doomed = loseEnqueue();

		this.engine.lease().giveUp(doomed.key, doomed, null);
		this.simulation.advance(RENEWAL.multipliedBy(3));

		assertThat(this.store.list(QUEUE)).extracting(Entry::id).containsExactly(held.key.id());
		assertThat(held.lost).isZero();
	}

	@Test
	void sweepSparesAnAttemptThatBeginsBeforeTheEntriesAreRead() {
		sweepWhile((attempt) -> this.moments.beforeNext(Operation.ENTRIES, attempt));
	}

	@Test
	void requestsToSweepDoNotPutOffTheRenewal() {
		Lease lease = this.engine.lease();
		Holder held = enqueue(lease);
		loseEnqueue();
		int renewed = this.faulty.calls(Operation.RENEW);

		for (int i = 0; i < 40; i++) {
			Holder refused = track(lease);
			lease.giveUp(refused.key, refused, null);
			this.simulation.advance(PAUSE.dividedBy(4));
		}

		assertThat(this.faulty.calls(Operation.RENEW)).isGreaterThan(renewed + 2);
		assertThat(lease.isLive()).isTrue();
		assertThat(held.lost).isZero();
	}

	@Test
	void entryThatSomethingElseHasIsNotTrackedTwice() {
		Lease lease = this.engine.lease();
		Holder first = new Holder(KEY);
		Holder second = new Holder(KEY);

		assertThat(lease.track(KEY, first)).isTrue();
		assertThat(lease.track(KEY, second)).isFalse();
		lease.giveUp(KEY, second, null);

		assertThat(lease.track(KEY, second)).isFalse();
		lease.giveUp(KEY, first, null);
		assertThat(lease.track(KEY, second)).isTrue();
	}

	@Test
	void sweepSparesAnAttemptThatBeginsAfterTheEntriesAreRead() {
		sweepWhile((attempt) -> this.moments.afterNext(Operation.ENTRIES, attempt));
	}

	@Test
	void sweepSparesAnAttemptThatBeginsWhileItDeletes() {
		sweepWhile((attempt) -> this.moments.beforeNext(Operation.DELETE, attempt));
	}

	@Test
	void sweepTakesWhatIsGivenUpWhileTheEntriesAreRead() {
		Lease lease = this.engine.lease();
		Holder doomed = loseEnqueue();
		Holder leaving = enqueue(lease);
		this.moments.afterNext(Operation.ENTRIES, () -> {
			this.faulty.on(Operation.DELETE).unavailable();
			lease.giveUp(leaving.key, leaving, leaving.entry);
		});

		lease.giveUp(doomed.key, doomed, null);
		this.simulation.advance(PAUSE.multipliedBy(2));

		assertThat(this.store.list(QUEUE)).isEmpty();
	}

	@Test
	void sweepDoesNotTouchAnEntryThatWasMadeAnewUnderTheSameKey() {
		Lease lease = this.engine.lease();
		Holder first = new Holder(KEY);
		lease.track(KEY, first);
		this.faulty.on(Operation.CREATE).replyLost();
		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(() -> lease.create(KEY, VALUE));
		lease.giveUp(KEY, first, null);
		Holder second = new Holder(KEY);
		this.moments.beforeNext(Operation.DELETE, () -> {
			assertThat(this.store.delete(this.store.get(KEY).orElseThrow())).isTrue();
			lease.track(KEY, second);
			second.entry = lease.create(KEY, VALUE).orElseThrow();
		});

		this.simulation.advance(PAUSE);

		assertThat(this.store.get(KEY)).map(Entry::createRevision).contains(second.known().createRevision());
		assertThat(second.lost).isZero();
	}

	@Test
	void sessionWithoutDoubtIsNeverSwept() {
		Lease lease = this.engine.lease();
		for (int i = 0; i < 100; i++) {
			Holder holder = enqueue(lease);
			lease.giveUp(holder.key, holder, holder.entry);
			Holder neverSent = track(lease);
			lease.giveUp(neverSent.key, neverSent, null);
		}

		this.simulation.advance(RENEWAL.multipliedBy(3));

		assertThat(this.faulty.calls(Operation.ENTRIES)).isZero();
		assertThat(this.faulty.calls(Operation.RENEW)).isEqualTo(3);
	}

	@Test
	void lateEnqueueOfALostSessionLeavesNothing() {
		Lease lease = this.engine.lease();
		Holder holder = track(lease);
		this.faulty.on(Operation.ENQUEUE).deliveredLate();
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> lease.enqueue(holder.key, "x", VALUE, Integer.MAX_VALUE));
		loseSession();
		this.simulation.advance(TTL);

		this.faulty.deliverLate();

		assertThat(this.store.list(QUEUE)).isEmpty();
		assertThat(holder.lost).isEqualTo(1);
	}

	private void sweepWhile(Consumer<Runnable> moment) {
		Lease lease = this.engine.lease();
		Holder doomed = loseEnqueue();
		List<Holder> attempts = new ArrayList<>();
		moment.accept(() -> attempts.add(enqueue(lease)));

		lease.giveUp(doomed.key, doomed, null);
		this.simulation.advance(RENEWAL.multipliedBy(2));

		assertThat(attempts).hasSize(1);
		assertThat(this.store.list(QUEUE)).extracting(Entry::id).containsExactly(attempts.get(0).key.id());
		assertThat(attempts.get(0).lost).isZero();
	}

	/** An attempt the store has an entry of, though nobody was told. */
	private Holder loseEnqueue() {
		Holder holder = track(this.engine.lease());
		this.faulty.on(Operation.ENQUEUE).replyLost();
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> this.engine.lease().enqueue(holder.key, "x", VALUE, Integer.MAX_VALUE));
		return holder;
	}

	/** One renewal fails; the next one is due within a pause. */
	private void suspend() {
		this.faulty.on(Operation.RENEW).unavailable();
		this.simulation.advance(RENEWAL);
		assertThat(this.engine.state()).isEqualTo(SessionState.SUSPENDED);
	}

	/** The store ends the session, and the next renewal finds out. */
	private void loseSession() {
		this.faulty.endSessions();
		this.simulation.advance(RENEWAL);
		assertThat(this.states).contains(SessionState.LOST);
	}

	private Holder track(Lease lease) {
		Holder holder = new Holder(QUEUE.entry(lease.newAttemptId()));
		lease.track(holder.key, holder);
		return holder;
	}

	private Holder enqueue(Lease lease) {
		Holder holder = track(lease);
		holder.entry = lease.enqueue(holder.key, "x", VALUE, Integer.MAX_VALUE).orElseThrow().entry();
		return holder;
	}

	private static SessionGrant grant(SessionGrant granted, Duration ttl, @Nullable Duration safeTtl) {
		return new SessionGrant(ttl, safeTtl, granted.storeIdentity());
	}

	private CoordinationBackend newBackend() {
		return new LocalBackendProvider().create(new BackendConfig(BackendUrl.parse(this.url), "default", TTL,
				TTL.dividedBy(6), this.network, ClientSource.of()));
	}

	private Environment environment() {
		Environment simulated = this.simulation.newEnvironment();
		Clock clock = new Clock() {

			@Override
			public long nanoTime() {
				return SessionEngineTests.this.time.nanoTime() + SessionEngineTests.this.paused.toNanos();
			}

			@Override
			public long currentTimeMillis() {
				return SessionEngineTests.this.time.currentTimeMillis();
			}

		};
		return new Environment(clock, simulated.timer(), simulated.heart(), simulated.callbacks(), simulated.random());
	}

	private static final class Holder implements Tracked {

		private final EntryKey key;

		private volatile @Nullable Entry entry;

		private volatile int lost;

		private volatile int resumed;

		private Holder(EntryKey key) {
			this.key = key;
		}

		private Entry known() {
			Entry known = this.entry;
			assertThat(known).isNotNull();
			return known;
		}

		@Override
		public @Nullable Entry entry() {
			return this.entry;
		}

		@Override
		public void lost() {
			this.lost++;
		}

		@Override
		public void resumed() {
			this.resumed++;
		}

	}

	private final class Waiter {

		private final Thread thread;

		private volatile @Nullable Lease result;

		private volatile @Nullable Exception failure;

		private Waiter(Deadline deadline) {
			this.thread = new Thread(() -> {
				try {
					this.result = SessionEngineTests.this.engine.awaitLease(deadline);
				}
				catch (InterruptedException | RuntimeException ex) {
					this.failure = ex;
				}
			});
			this.thread.start();
		}

		private void awaitBlocked() {
			await().until(() -> this.thread.getState() == Thread.State.TIMED_WAITING);
		}

		private void join() {
			await().until(() -> !this.thread.isAlive());
		}

	}

}
