package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.FencingToken;
import io.github.coordination.Leader;
import io.github.coordination.LockLostException;
import io.github.coordination.Member;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Entry;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What an {@link Election} promises.
 */
public abstract class ElectionContract extends RecipeContract {

	private static final String NAME = "billing";

	@Test
	void nobodyLeadsBeforeSomebodyStands() {
		Election election = election("a");

		assertThat(election.name()).isEqualTo(NAME);
		assertThat(election.isLeader()).isFalse();
		assertThat(election.leader()).isEmpty();
		assertThat(election.candidates()).isEmpty();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(election::term).withMessageContaining(NAME);
	}

	@Test
	void onlyCandidateLeads() {
		Election election = election("a");

		election.join();

		awaitLeader(election);
		Leader leader = election.leader().orElseThrow();
		assertThat(leader.term()).isEqualTo(election.term());
		assertThat(leader.member()).isEqualTo(new Member("a", Map.of(), election.term().value()));
		assertThat(election.candidates()).containsExactly(leader.member());
	}

	@Test
	void oneObjectStandsForAName() {
		Coordinator coordinator = newCoordinator();

		assertThat(coordinator.election(NAME)).isSameAs(coordinator.election(NAME));
		assertThat(coordinator.election(NAME)).isNotSameAs(coordinator.election("other"));
	}

	@Test
	void electionsOfDifferentNamesAreIndependent() {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		coordinator.election("one").join();
		other.election("two").join();

		awaitLeader(coordinator.election("one"));
		awaitLeader(other.election("two"));
	}

	@Test
	void metadataIsSeenByEverybody() {
		Election election = election("a");
		Map<String, String> metadata = Map.of("url", "https://a/\u00fc?\n", "empty", "");

		election.join(metadata);

		awaitLeader(election);
		Election observer = election("b");
		assertThat(observer.leader()).map(Leader::member).map(Member::metadata).contains(metadata);
		assertThat(observer.candidates()).extracting(Member::metadata).containsExactly(metadata);
	}

	@Test
	void metadataThatIsTooLargeIsRefused() {
		Election election = election("a");

		assertThatIllegalArgumentException().isThrownBy(() -> election.join(Map.of("key", "x".repeat(4096))));
		assertThatIllegalArgumentException().isThrownBy(() -> election.join(Map.of("key", "x".repeat(100_000))));

		assertThat(election.candidates()).isEmpty();
	}

	@Test
	void joiningAgainChangesNothing() {
		Election election = election("a");
		election.join(Map.of("round", "1"));
		awaitLeader(election);
		Member before = election.candidates().get(0);

		election.join(Map.of("round", "2"));
		election.join();

		standInLine(election("b"), 2);
		assertThat(election.candidates().get(0)).isEqualTo(before);
		assertThat(election.isLeader()).isTrue();
	}

	@Test
	void candidatesAreListedInTheOrderInWhichTheyLead() throws InterruptedException {
		List<Election> elections = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			elections.add(patient("member-" + i));
			standInLine(elections.get(i), i + 1);
		}

		for (int i = 0; i < 4; i++) {
			awaitLeader(elections.get(i));
			assertThat(elections.get(3).candidates()).extracting(Member::id)
				.containsExactlyElementsOf(List.of("member-0", "member-1", "member-2", "member-3").subList(i, 4));
			elections.get(i).leave();
		}

		assertThat(elections.get(0).candidates()).isEmpty();
	}

	@Test
	void nextCandidateFollowsWhenTheLeaderLeaves() throws InterruptedException {
		Election first = patient("a");
		Election second = patient("b");
		first.join();
		awaitLeader(first);
		FencingToken term = first.term();
		standInLine(second, 2);
		assertThat(second.isLeader()).isFalse();
		assertThat(second.leader()).map(Leader::member).map(Member::id).contains("a");

		first.leave();

		assertThat(first.isLeader()).isFalse();
		awaitLeader(second);
		assertThat(second.term()).isGreaterThan(term);
		assertThat(first.leader()).map(Leader::term).contains(second.term());
		assertThat(first.candidates()).extracting(Member::id).containsExactly("b");
	}

	@Test
	void leaderThatStandsDownQueuesAgainBehindTheOthers() throws InterruptedException {
		Election first = patient("a");
		Election second = patient("b");
		Election third = patient("c");
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		standInLine(third, 3);
		List<FencingToken> terms = new ArrayList<>();

		for (Election leader : List.of(first, second, third, first, second)) {
			awaitLeader(leader);
			terms.add(leader.term());
			leader.standDown();
			fixture().eventually().until(() -> first.candidates().size() == 3);
		}

		assertThat(terms).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void leaderThatStandsDownAloneLeadsAgainInANewTerm() throws InterruptedException {
		Election election = patient("a");
		ElectionLog log = new ElectionLog();
		election.onChange(log);
		election.join();
		awaitLeader(election);
		FencingToken term = election.term();

		election.standDown();

		fixture().eventually().until(() -> log.own().size() == 3);
		assertThat(log.own()).containsExactly("granted", "revoked", "granted");
		assertThat(log.terms()).containsExactly(term.value(), term.value(), election.term().value());
		assertThat(election.term()).isGreaterThan(term);
	}

	@Test
	void standingDownWithoutLeadingDoesNothing() throws InterruptedException {
		Election first = election("a");
		Election second = election("b");
		first.standDown();
		assertThat(first.candidates()).isEmpty();
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		List<Member> before = second.candidates();

		second.standDown();

		assertThat(second.candidates()).isEqualTo(before);
		assertThat(first.isLeader()).isTrue();
	}

	@Test
	void candidateThatLeavesWhileWaitingIsGone() throws InterruptedException {
		Election first = election("a");
		Election second = election("b");
		Election third = election("c");
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		standInLine(third, 3);

		second.leave();

		assertThat(first.candidates()).extracting(Member::id).containsExactly("a", "c");
		first.leave();
		awaitLeader(third);
		assertThat(second.isLeader()).isFalse();
	}

	@Test
	void leavingWithoutStandingDoesNothing() throws InterruptedException {
		Election election = election("a");

		election.leave();
		election.leave();
		assertThat(election.candidates()).isEmpty();
		election.join();
		awaitLeader(election);
		election.leave();
		election.leave();

		assertThat(election.candidates()).isEmpty();
	}

	@Test
	void candidateThatLeftMayStandAgain() throws InterruptedException {
		Election election = patient("a");
		long term = 0;
		for (int i = 0; i < 20; i++) {
			election.join(Map.of("round", Integer.toString(i)));
			awaitLeader(election);
			assertThat(election.leader()).map(Leader::member)
				.map(Member::metadata)
				.contains(Map.of("round", Integer.toString(i)));
			assertThat(election.term().value()).isGreaterThan(term);
			term = election.term().value();
			election.leave();
		}
		assertThat(fixture().entries("election", NAME)).isEmpty();
	}

	@Test
	void closingTheLeaderHandsOver() {
		Coordinator leaving = coordinator("a");
		Election second = patient("b");
		Election first = leaving.election(NAME);
		ElectionLog log = new ElectionLog();
		first.onChange(log);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);

		leaving.close();

		assertThat(first.isLeader()).isFalse();
		awaitLeader(second);
		assertThat(log.own()).containsExactly("granted", "revoked");
		assertThat(second.candidates()).extracting(Member::id).containsExactly("b");
	}

	@Test
	void closingAWaitingCandidateTakesItsPlaceAway() {
		Election first = election("a");
		Coordinator leaving = coordinator("b");
		first.join();
		awaitLeader(first);
		standInLine(leaving.election(NAME), 2);

		leaving.close();

		fixture().eventually().until(() -> first.candidates().size() == 1);
		assertThat(first.isLeader()).isTrue();
	}

	@Test
	void candidateThatIsBeingClosedNeverLeads() throws InterruptedException {
		Election first = patient("a");
		Coordinator closing = coordinator("b");
		Election second = closing.election(NAME);
		ElectionLog log = new ElectionLog();
		second.onChange(log);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		CountDownLatch goOn = new CountDownLatch(1);
		CountDownLatch held = holdUp(closing.election("other"), goOn);
		Background close = Background.run(closing::close);
		await(held);
		// everything has been told to end
		fixture().eventually().until(() -> close.isIn("awaitRevoked"));

		ElectionLog later = new ElectionLog();
		second.onChange(later);
		// told after what was begun before: a step may have been due
		fixture().eventually().until(() -> later.leaders().equals(List.of("a")));
		int lists = fixture().faults(closing).calls(Operation.LIST);
		first.leave();
		fixture().eventually().until(() -> fixture().faults(closing).calls(Operation.LIST) > lists);

		goOn.countDown();
		fixture().eventually().until(close::isDone);
		assertThat(log.own()).isEmpty();
		assertThat(second.isLeader()).isFalse();
		assertThat(fixture().entries("election", NAME)).isEmpty();
	}

	@Test
	void candidateThatJoinsWhileItIsBeingClosedNeverLeads() {
		Coordinator closing = coordinator("a");
		Election election = closing.election(NAME);
		ElectionLog log = new ElectionLog();
		election.onChange(log);
		CountDownLatch goOn = new CountDownLatch(1);
		CountDownLatch held = holdUp(closing.election("other"), goOn);
		Background close = Background.run(closing::close);
		await(held);
		// everything has been told to end
		fixture().eventually().until(() -> close.isIn("awaitRevoked"));

		int lists = fixture().faults(closing).calls(Operation.LIST);
		election.join();
		fixture().eventually().until(() -> fixture().faults(closing).calls(Operation.LIST) > lists);

		goOn.countDown();
		fixture().eventually().until(close::isDone);
		assertThat(log.own()).isEmpty();
		assertThat(fixture().entries("election", NAME)).isEmpty();
	}

	@Test
	void leaderWhoseSessionEndsIsFollowedAndQueuesAgain() {
		Coordinator dying = coordinator("a");
		Election first = dying.election(NAME);
		Election second = election("b");
		ElectionLog log = new ElectionLog();
		first.onChange(log);
		first.join(Map.of("zone", "north"));
		awaitLeader(first);
		FencingToken term = first.term();
		standInLine(second, 2);

		fixture().endSession(dying);

		awaitLeader(second);
		assertThat(second.term()).isGreaterThan(term);
		fixture().eventually().until(() -> log.own().equals(List.of("granted", "revoked")));
		assertThat(first.isLeader()).isFalse();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(first::term);
		fixture().eventually().until(() -> second.candidates().size() == 2);
		assertThat(second.candidates().get(1).metadata()).containsEntry("zone", "north");
		assertThat(second.candidates().get(1).incarnation()).isGreaterThan(second.term().value());
	}

	@Test
	void onlyCandidateLeadsAgainAfterItsSessionEnded() {
		Coordinator dying = coordinator("a");
		Election election = dying.election(NAME);
		ElectionLog log = new ElectionLog();
		election.onChange(log);
		election.join();
		awaitLeader(election);

		fixture().endSession(dying);

		fixture().eventually().until(() -> log.own().size() >= 3);
		assertThat(log.own()).containsExactly("granted", "revoked", "granted");
		assertThat(log.terms().get(1)).isEqualTo(log.terms().get(0));
		assertThat(log.terms().get(2)).isGreaterThan(log.terms().get(0));
		assertThat(fixture().entries("election", NAME)).hasSize(1);
	}

	@Test
	void candidateWhoseSessionEndsWhileItWaitsQueuesAgain() throws InterruptedException {
		Coordinator dying = coordinator("b");
		Election first = election("a");
		Election second = dying.election(NAME);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		long before = first.candidates().get(1).incarnation();

		fixture().endSession(dying);
		first.leave();

		awaitLeader(second);
		assertThat(second.term().value()).isGreaterThan(before);
		assertThat(fixture().entries("election", NAME)).extracting(Entry::createRevision)
			.containsExactly(second.term().value());
	}

	@Test
	void leaderCutOffFromItsStoreEndsItsTermByItself() {
		Coordinator cutOff = coordinator("a");
		Election first = cutOff.election(NAME);
		Election second = election("b");
		ElectionLog log = new ElectionLog();
		first.onChange(log);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);

		fixture().faults(cutOff).on(Operation.values()).always().unavailable();

		if (!fixture().expires()) {
			fixture().eventually().until(() -> cutOff.state() == SessionState.SUSPENDED);
			assertThat(first.isLeader()).isTrue();
			return;
		}
		awaitLeader(second);
		assertThat(first.isLeader()).isFalse();
		fixture().eventually().until(() -> log.own().equals(List.of("granted", "revoked")));
		fixture().faults(cutOff).heal();
		fixture().eventually().until(() -> second.candidates().size() == 2);
		assertThat(second.isLeader()).isTrue();
	}

	@Test
	void leaderWhoseEntryWasRemovedByForceLeadsNoLonger() {
		Election first = election("a");
		Election second = election("b");
		ElectionLog log = new ElectionLog();
		first.onChange(log);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);

		assertThat(fixture().store().delete(fixture().entries("election", NAME).get(0))).isTrue();

		awaitLeader(second);
		fixture().eventually().until(() -> log.own().equals(List.of("granted", "revoked")));
		assertThat(first.isLeader()).isFalse();
		fixture().eventually().until(() -> second.candidates().size() == 2);
	}

	@Test
	void candidateWhoseEntryWasRemovedByForceQueuesAgain() throws InterruptedException {
		Election first = election("a");
		Election second = election("b");
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		long before = first.candidates().get(1).incarnation();

		assertThat(fixture().store().delete(fixture().entries("election", NAME).get(1))).isTrue();

		fixture().eventually().until(() -> first.candidates().size() == 2);
		assertThat(first.candidates().get(1).incarnation()).isGreaterThan(before);
		first.leave();
		awaitLeader(second);
	}

	@Test
	void nobodyIsGrantedATermWhileSuspended() throws InterruptedException {
		Coordinator doubtful = coordinator("b");
		Election first = election("a");
		Election second = doubtful.election(NAME);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		fixture().faults(doubtful).on(Operation.RENEW, Operation.OPEN).always().unavailable();
		fixture().eventually().until(() -> doubtful.state() != SessionState.CONNECTED);
		int lists = fixture().faults(doubtful).calls(Operation.LIST);

		first.leave();

		fixture().eventually()
			.until(() -> fixture().faults(doubtful).calls(Operation.LIST) > lists
					|| doubtful.state() != SessionState.SUSPENDED);
		assertThat(second.isLeader()).isFalse();
		fixture().faults(doubtful).heal();
		awaitLeader(second);
	}

	@Test
	void leaderStaysLeaderWhileSuspended() {
		Coordinator doubtful = fixture()
			.newCoordinator((options) -> options.withMemberId("a").withTtl(Duration.ofSeconds(6)));
		Election election = doubtful.election(NAME);
		ElectionLog log = new ElectionLog();
		election.onChange(log);
		election.join();
		awaitLeader(election);
		FencingToken term = election.term();
		fixture().faults(doubtful).on(Operation.RENEW).always().unavailable();

		fixture().eventually().until(() -> doubtful.state() == SessionState.SUSPENDED);
		assertThat(election.isLeader()).isTrue();
		fixture().faults(doubtful).heal();
		fixture().eventually().until(() -> doubtful.state() == SessionState.CONNECTED);

		assertThat(election.term()).isEqualTo(term);
		assertThat(log.own()).containsExactly("granted");
	}

	@Test
	void enqueueOfUnknownOutcomeLeavesOneEntry() {
		Coordinator coordinator = coordinator("a");
		Election election = coordinator.election(NAME);
		fixture().faults(coordinator).on(Operation.ENQUEUE).times(3).replyLost();

		election.join();

		awaitLeader(election);
		assertThat(election.candidates()).hasSize(1);
		assertThat(fixture().entries("election", NAME)).hasSize(1);
	}

	@Test
	void enqueueThatArrivesAfterTheCandidateLeftIsRemoved() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Election election = coordinator.election(NAME);
		fixture().faults(coordinator).on(Operation.ENQUEUE).always().deliveredLate();
		election.join();
		fixture().eventually().until(() -> fixture().faults(coordinator).calls(Operation.ENQUEUE) > 0);

		election.leave();
		fixture().faults(coordinator).heal();
		fixture().faults(coordinator).deliverLate();

		fixture().eventually().until(() -> fixture().entries("election", NAME).isEmpty());
		Election next = election("b");
		next.join();
		awaitLeader(next);
	}

	@Test
	void unreachableStoreDelaysCandidacy() {
		Coordinator coordinator = coordinator("a");
		Election election = coordinator.election(NAME);
		fixture().faults(coordinator).on(Operation.WATCH, Operation.LIST, Operation.ENQUEUE).times(5).unavailable();

		election.join();

		awaitLeader(election);
	}

	@Test
	void removalThatTheStoreDoesNotConfirmIsRepeated() throws InterruptedException {
		for (boolean reached : List.of(true, false)) {
			Coordinator leaving = coordinator("a");
			Election first = leaving.election(NAME);
			Election second = patient("b");
			first.join();
			awaitLeader(first);
			standInLine(second, 2);
			if (reached) {
				fixture().faults(leaving).on(Operation.DELETE).replyLost();
			}
			else {
				fixture().faults(leaving).on(Operation.DELETE).times(3).unavailable();
			}

			first.leave();

			assertThat(first.isLeader()).isFalse();
			awaitLeader(second);
			second.leave();
			leaving.close();
		}
	}

	@Test
	void changesThatAreNeverReportedAreFound() throws InterruptedException {
		Coordinator deaf = coordinator("b");
		Election first = election("a");
		Election second = deaf.election(NAME);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		fixture().faults(deaf).loseChanges();

		first.leave();

		awaitLeader(second);
	}

	@Test
	void revocationIsToldBeforeAnybodyElseIsGranted() throws InterruptedException {
		Election first = patient("a");
		Election second = patient("b");
		CountDownLatch revoking = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		AtomicBoolean returned = new AtomicBoolean();
		AtomicReference<Boolean> returnedAtGrant = new AtomicReference<>();
		first.onChange(new ElectionListener() {

			@Override
			public void onRevoked(FencingToken term) {
				revoking.countDown();
				await(goOn);
				returned.set(true);
			}

		});
		second.onChange(new ElectionListener() {

			@Override
			public void onGranted(FencingToken term) {
				returnedAtGrant.compareAndSet(null, returned.get());
			}

		});
		first.join();
		awaitLeader(first);
		standInLine(second, 2);

		Background standDown = Background.run(first::standDown);
		await(revoking);

		assertThat(first.isLeader()).isFalse();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(first::term);
		assertThat(first.leader()).map(Leader::member).map(Member::id).contains("a");
		assertThat(second.isLeader()).isFalse();
		assertThat(standDown.isDone()).isFalse();
		goOn.countDown();
		awaitLeader(second);
		fixture().eventually().until(() -> returnedAtGrant.get() != null);
		assertThat(returnedAtGrant).hasValue(true);
		fixture().eventually().until(standDown::isDone);
	}

	@Test
	void leavingAndClosingTellTheRevocationFirstToo() {
		for (boolean close : List.of(true, false)) {
			Coordinator leaving = coordinator("a");
			Election first = leaving.election(NAME);
			Election second = election("b");
			CountDownLatch goOn = new CountDownLatch(1);
			CountDownLatch held = holdUp(first, goOn);
			standInLine(second, 2);
			Background end = Background.run(close ? leaving::close : first::leave);
			await(held);

			assertThat(first.isLeader()).isFalse();
			assertThat(second.candidates()).hasSize(2);
			assertThat(second.isLeader()).isFalse();
			goOn.countDown();

			awaitLeader(second);
			Background leave = Background.run(second::leave);
			fixture().eventually().until(() -> end.isDone() && leave.isDone());
		}
	}

	@Test
	void listenerThatNeverReturnsIsWaitedForAsLongAsTheLimit() throws InterruptedException {
		Duration limit = Duration.ofMillis(300);
		Coordinator stuck = fixture()
			.newCoordinator((options) -> options.withMemberId("a").withRevocationTimeout(limit));
		Election first = stuck.election(NAME);
		Election second = patient("b");
		CountDownLatch never = new CountDownLatch(1);
		CountDownLatch held = holdUp(first, never);
		standInLine(second, 2);
		long start = Clock.SYSTEM.nanoTime();

		first.standDown();

		assertThat(Duration.ofNanos(Clock.SYSTEM.nanoTime() - start)).isGreaterThanOrEqualTo(limit);
		assertThat(held.getCount()).isZero();
		awaitLeader(second);
		never.countDown();
	}

	@Test
	void interruptedStandDownGoesOn() {
		Election first = election("a");
		Election second = election("b");
		CountDownLatch goOn = new CountDownLatch(1);
		CountDownLatch held = holdUp(first, goOn);
		standInLine(second, 2);
		Background standDown = Background.run(first::standDown);
		await(held);

		standDown.interrupt();

		fixture().eventually().until(standDown::isDone);
		assertThat(standDown.outcome()).failsWithin(Duration.ZERO)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(second.isLeader()).isFalse();
		goOn.countDown();
		awaitLeader(second);
		fixture().eventually().until(() -> first.candidates().size() == 2);
	}

	@Test
	void listenersThatFailHarmNobody() throws InterruptedException {
		Election first = election("a");
		Election second = election("b");
		ElectionLog log = new ElectionLog();
		for (Election election : List.of(first, second)) {
			election.onChange(new ElectionListener() {

				@Override
				public void onGranted(FencingToken term) {
					throw new IllegalStateException("a listener that fails on purpose");
				}

				@Override
				public void onRevoked(FencingToken term) {
					throw new AssertionError("a listener that fails on purpose");
				}

				@Override
				public void onLeaderChanged(Optional<Leader> leader) {
					throw new IllegalStateException("a listener that fails on purpose");
				}

			});
		}
		first.onChange(log);
		first.join();
		awaitLeader(first);
		standInLine(second, 2);

		first.standDown();
		awaitLeader(second);
		fixture().eventually().until(() -> log.leaders().equals(List.of("a", "b")));
		second.standDown();
		awaitLeader(first);

		fixture().eventually().until(() -> log.own().equals(List.of("granted", "revoked", "granted")));
		fixture().eventually().until(() -> log.leaders().equals(List.of("a", "b", "a")));
	}

	@Test
	void slowListenerHearsEverythingInOrderAndHoldsUpNoOther() {
		Coordinator dying = coordinator("a");
		Election election = dying.election(NAME);
		ElectionLog slow = new ElectionLog();
		ElectionLog quick = new ElectionLog();
		CountDownLatch goOn = new CountDownLatch(1);
		election.onChange(new ElectionListener() {

			@Override
			public void onGranted(FencingToken term) {
				await(goOn);
				slow.onGranted(term);
			}

			@Override
			public void onRevoked(FencingToken term) {
				slow.onRevoked(term);
			}

		});
		election.onChange(quick);
		election.join();
		awaitLeader(election);

		// the session is over before the listener has heard of the grant
		fixture().endSession(dying);

		fixture().eventually().until(() -> quick.own().size() == 3);
		assertThat(slow.own()).isEmpty();
		assertThat(election.isLeader()).isTrue();
		goOn.countDown();
		fixture().eventually().until(() -> slow.own().size() == 3);
		assertThat(slow.own()).containsExactly("granted", "revoked", "granted");
		assertThat(slow.terms()).isEqualTo(quick.terms());
	}

	@Test
	void termsAreToldInOrder() throws InterruptedException {
		Election first = patient("a");
		Election second = patient("b");
		ElectionLog log = new ElectionLog();
		ElectionLog other = new ElectionLog();
		first.onChange(log);
		second.onChange(other);
		first.join();
		second.join();
		for (int i = 0; i < 20; i++) {
			fixture().eventually().until(() -> first.isLeader() || second.isLeader());
			(first.isLeader() ? first : second).standDown();
		}
		first.leave();
		second.leave();

		for (ElectionLog each : List.of(log, other)) {
			List<String> events = each.own();
			List<Long> terms = each.terms();
			assertThat(events.size() % 2).isZero();
			for (int i = 0; i < events.size(); i += 2) {
				assertThat(events.subList(i, i + 2)).containsExactly("granted", "revoked");
				assertThat(terms.get(i)).isEqualTo(terms.get(i + 1));
			}
			assertThat(terms).isSorted();
		}
		assertThat(log.terms()).doesNotContainAnyElementsOf(other.terms());
	}

	@Test
	void lateListenerIsToldTheStateFirst() {
		Election first = election("a");
		Election second = election("b");
		first.join();
		awaitLeader(first);
		standInLine(second, 2);
		ElectionLog leading = new ElectionLog();
		ElectionLog following = new ElectionLog();

		first.onChange(leading);
		second.onChange(following);

		fixture().eventually().until(() -> leading.events().size() == 2 && following.events().size() == 1);
		assertThat(leading.events()).containsExactlyInAnyOrder("granted", "a");
		assertThat(leading.terms()).containsExactly(first.term().value());
		assertThat(following.events()).containsExactly("a");
	}

	@Test
	void observerSeesEveryLeaderWithoutStanding() throws InterruptedException {
		Election first = election("a");
		Election second = election("b");
		Election observer = patient("c");
		ElectionLog log = new ElectionLog();
		observer.onChange(log);
		first.join();
		fixture().eventually().until(() -> log.leaders().equals(List.of("a")));
		standInLine(second, 2);

		first.standDown();
		fixture().eventually().until(() -> log.leaders().equals(List.of("a", "b")));
		first.leave();
		second.leave();
		fixture().eventually().until(() -> log.leaders().equals(List.of("a", "b", "nobody")));

		assertThat(log.own()).isEmpty();
		assertThat(observer.isLeader()).isFalse();
		assertThat(observer.candidates()).isEmpty();
	}

	@Test
	void observerThatLookedAwayIsNotToldAnOldLeaderFirst() throws InterruptedException {
		Election first = election("a");
		Coordinator observing = coordinator("c");
		Election observer = observing.election(NAME);
		ElectionLog before = new ElectionLog();
		Subscription subscription = observer.onChange(before);
		first.join();
		fixture().eventually().until(() -> before.leaders().equals(List.of("a")));
		subscription.close();
		// it looks once more before it stops watching, or has stopped and looks again
		int lists = fixture().faults(observing).calls(Operation.LIST);
		observer.leave();
		fixture().eventually().until(() -> fixture().faults(observing).calls(Operation.LIST) > lists);
		first.leave();
		Election second = election("b");
		second.join();
		awaitLeader(second);
		ElectionLog after = new ElectionLog();

		observer.onChange(after);

		fixture().eventually().until(() -> after.leaders().contains("b"));
		assertThat(after.leaders()).containsExactly("b");
		assertThat(before.leaders()).containsExactly("a");
	}

	@Test
	void closedSubscriptionHearsNothingMore() throws InterruptedException {
		Election election = election("a");
		ElectionLog closed = new ElectionLog();
		ElectionLog open = new ElectionLog();
		Subscription subscription = election.onChange(closed);
		election.onChange(open);
		election.join();
		fixture().eventually().until(() -> closed.own().size() == 1);

		subscription.close();
		subscription.close();
		election.standDown();

		fixture().eventually().until(() -> open.own().size() == 3);
		assertThat(closed.own()).hasSize(1);
	}

	@Test
	void atMostOneLeadsAtAnyInstant() throws InterruptedException {
		List<AtomicReference<Coordinator>> seats = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			seats.add(new AtomicReference<>(stand()));
		}
		AtomicBoolean over = new AtomicBoolean();
		Background sampler = Background.run(() -> {
			while (!over.get()) {
				sample(seats);
			}
		});
		Random random = new Random(42);
		long term = 0;

		for (int round = 0; round < 60 && !sampler.isDone(); round++) {
			fixture().eventually().until(() -> seats.stream().anyMatch((seat) -> election(seat).isLeader()));
			AtomicReference<Coordinator> seat = seats.stream()
				.filter((each) -> election(each).isLeader())
				.findFirst()
				.orElse(seats.get(0));
			Election election = election(seat);
			term = Math.max(term, termOf(election).orElse(term));
			switch ((round % 30 == 29 && fixture().expires()) ? 3 : random.nextInt(3)) {
				case 0 -> election.standDown();
				case 1 -> {
					election.leave();
					election.join();
				}
				case 2 -> {
					Coordinator leaving = seat.get();
					seat.set(stand());
					leaving.close();
				}
				default -> {
					fixture().faults(seat.get()).on(Operation.values()).always().unavailable();
					fixture().eventually().until(() -> !election.isLeader());
					fixture().faults(seat.get()).heal();
				}
			}
		}

		over.set(true);
		fixture().eventually().until(sampler::isDone);
		assertThat(sampler.outcome()).isCompleted();
		long last = term;
		fixture().eventually().until(() -> seats.stream().anyMatch((seat) -> termOf(election(seat)).orElse(0L) > last));
	}

	/**
	 * Somebody who leads in the same term before and after somebody else was seen to
	 * lead, led all the time.
	 */
	private static void sample(List<AtomicReference<Coordinator>> seats) {
		List<Election> elections = seats.stream().map(ElectionContract::election).toList();
		for (Election one : elections) {
			Optional<Long> before = termOf(one);
			if (before.isPresent()) {
				for (Election other : elections) {
					Optional<Long> term = (other != one) ? termOf(other) : Optional.empty();
					assertThat(term.isPresent() && termOf(one).equals(before))
						.as("leading at the same time: %s and %s", before, term)
						.isFalse();
				}
			}
		}
	}

	private static Optional<Long> termOf(Election election) {
		try {
			return Optional.of(election.term().value());
		}
		catch (LockLostException ex) {
			return Optional.empty();
		}
	}

	private static Election election(AtomicReference<Coordinator> seat) {
		return seat.get().election(NAME);
	}

	private Coordinator stand() {
		Coordinator coordinator = newCoordinator();
		coordinator.election(NAME).join();
		return coordinator;
	}

	private Coordinator coordinator(String memberId) {
		return fixture().newCoordinator((options) -> options.withMemberId(memberId));
	}

	private Election election(String memberId) {
		return coordinator(memberId).election(NAME);
	}

	/** It acts because it was told of a change and not because time went by. */
	private Election patient(String memberId) {
		return fixture().newCoordinator((options) -> options.withMemberId(memberId).withTtl(Duration.ofMinutes(10)))
			.election(NAME);
	}

	private void awaitLeader(Election election) {
		fixture().eventually().until(election::isLeader);
	}

	private void standInLine(Election election, int length) {
		election.join();
		fixture().eventually().until(() -> election.candidates().size() == length);
	}

	/**
	 * Let an election lead, with a listener that does not return from a revocation.
	 * @return counted down when the listener is called
	 */
	private CountDownLatch holdUp(Election election, CountDownLatch until) {
		CountDownLatch held = new CountDownLatch(1);
		election.onChange(new ElectionListener() {

			@Override
			public void onRevoked(FencingToken term) {
				held.countDown();
				await(until);
			}

		});
		election.join();
		awaitLeader(election);
		return held;
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
