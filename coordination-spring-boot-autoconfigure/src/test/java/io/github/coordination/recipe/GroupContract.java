package io.github.coordination.recipe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinationException;
import io.github.coordination.Group;
import io.github.coordination.GroupListener;
import io.github.coordination.Member;
import io.github.coordination.MisuseException;
import io.github.coordination.Subscription;
import io.github.coordination.spi.Entry;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a {@link Group} promises.
 */
public abstract class GroupContract extends RecipeContract {

	private static final String NAME = "workers";

	// Groups

	@Test
	void createdGroupIsListedThoughNobodyIsInIt() {
		Coordinator coordinator = newCoordinator();

		assertThat(coordinator.group(NAME).exists()).isFalse();
		assertThat(coordinator.group(NAME).create()).isTrue();

		assertThat(coordinator.group(NAME).exists()).isTrue();
		assertThat(coordinator.groups()).containsExactly(NAME);
		assertThat(newCoordinator().groups()).containsExactly(NAME);
		assertThat(coordinator.group(NAME).members()).isEmpty();
	}

	@Test
	void groupIsCreatedOnce() {
		assertThat(newCoordinator().group(NAME).create()).isTrue();

		assertThat(newCoordinator().group(NAME).create()).isFalse();

		assertThat(newCoordinator().groups()).containsExactly(NAME);
	}

	@Test
	void allGroupsAreListedUnderTheirNames() {
		Coordinator coordinator = newCoordinator();
		List<String> names = List.of("one", "two", "gr\u00fc\u00dfe \ud83d\ude00", "a/b", ".", "%", "x".repeat(512));

		names.forEach((name) -> assertThat(coordinator.group(name).create()).isTrue());

		assertThat(newCoordinator().groups()).containsExactlyInAnyOrderElementsOf(names);
		assertThat(coordinator.group("a/b").name()).isEqualTo("a/b");
	}

	@Test
	void deletedGroupIsGoneUntilSomebodyJoins() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		Group group = coordinator.group(NAME);
		group.create();

		assertThat(newCoordinator().group(NAME).delete()).isTrue();

		assertThat(group.exists()).isFalse();
		assertThat(coordinator.groups()).isEmpty();
		group.join();
		assertThat(coordinator.groups()).containsExactly(NAME);
	}

	@Test
	void deletingAnAbsentGroupChangesNothing() {
		assertThat(newCoordinator().group(NAME).delete()).isFalse();

		assertThat(newCoordinator().groups()).isEmpty();
	}

	@Test
	void groupWithMembersIsNotDeleted() throws InterruptedException {
		Group group = group("a");
		Group other = group("b");
		group.join();

		assertThatExceptionOfType(MisuseException.class).isThrownBy(group::delete).withMessageContaining(NAME);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(other::delete);

		assertThat(ids(other)).containsExactly("a");
		assertThat(other.exists()).isTrue();
		group.leave();
		assertThat(other.exists()).isTrue();
		assertThat(other.delete()).isTrue();
		assertThat(group.exists()).isFalse();
	}

	@Test
	void deletionThatMeetsANewMemberIsTakenBack() throws InterruptedException {
		Coordinator deleting = newCoordinator();
		Group group = group("a");
		group.create();
		fixture().faults(deleting).on(Operation.DELETE).hangs();
		Background delete = Background.run(() -> deleting.group(NAME).delete());
		fixture().eventually().until(() -> fixture().faults(deleting).hanging() == 1);

		group.join();
		fixture().faults(deleting).release();

		fixture().eventually().until(delete::isDone);
		assertThat(delete.outcome()).failsWithin(Duration.ZERO)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(MisuseException.class);
		assertThat(deleting.groups()).containsExactly(NAME);
		assertThat(ids(group)).containsExactly("a");
	}

	@Test
	void oneObjectStandsForAName() {
		Coordinator coordinator = newCoordinator();

		assertThat(coordinator.group(NAME)).isSameAs(coordinator.group(NAME));
		assertThat(coordinator.group(NAME)).isNotSameAs(coordinator.group("other"));
	}

	// Members

	@Test
	void memberIsInTheGroupBetweenJoinAndLeave() throws InterruptedException {
		Group group = group("a");
		assertThat(group.isJoined()).isFalse();

		group.join();

		assertThat(group.isJoined()).isTrue();
		assertThat(ids(group)).containsExactly("a");
		assertThat(newCoordinator().groups()).containsExactly(NAME);
		group.leave();
		assertThat(group.isJoined()).isFalse();
		assertThat(group.members()).isEmpty();
		assertThat(group.exists()).isTrue();
	}

	@Test
	void leavingWithoutHavingJoinedDoesNothing() throws InterruptedException {
		Group group = group("a");
		group.leave();
		assertThat(group.exists()).isFalse();

		group.join();
		group.leave();
		group.leave();

		assertThat(group.members()).isEmpty();
	}

	@Test
	void memberIsUpWhileItIsInTheGroup() throws InterruptedException {
		Coordinator service = newCoordinator();
		Group observer = newCoordinator().group(NAME);
		assertThat(observer.isUp(service.memberId())).isFalse();
		assertThat(observer.lastSeen(service.memberId())).isEmpty();

		service.group(NAME).join();

		assertThat(observer.lastSeen(service.memberId())).isEmpty();
		assertThat(observer.isUp(service.memberId())).isTrue();
		Instant seen = observer.lastSeen(service.memberId()).orElseThrow();

		service.close();

		assertThat(observer.isUp(service.memberId())).isFalse();
		assertThat(observer.lastSeen(service.memberId())).contains(seen);
	}

	@Test
	void memberThatIsListedOrToldOfWasSeen() throws InterruptedException {
		Coordinator service = newCoordinator();
		service.group(NAME).join();
		Group reader = newCoordinator().group(NAME);
		Group listener = newCoordinator().group(NAME);

		reader.members();
		listener.onChange(new GroupListener() {
		});

		assertThat(reader.lastSeen(service.memberId())).isPresent();
		fixture().eventually().untilAsserted(() -> assertThat(listener.lastSeen(service.memberId())).isPresent());
	}

	@Test
	void membersAreListedTheOldestFirst() throws InterruptedException {
		List<String> ids = List.of("d", "b", "gr\u00fc\u00dfe \ud83d\ude00", "a/b", "c");
		for (String id : ids) {
			group(id).join();
		}

		List<Member> members = group("z").members();

		assertThat(members).extracting(Member::id).containsExactlyElementsOf(ids);
		assertThat(members).extracting(Member::incarnation).isSorted().doesNotHaveDuplicates();
	}

	@Test
	void closingACoordinatorTakesItsMemberAway() throws InterruptedException {
		Coordinator leaving = coordinator("a");
		Group staying = group("b");
		leaving.group(NAME).join();
		staying.join();

		leaving.close();

		fixture().eventually().until(() -> ids(staying).equals(List.of("b")));
	}

	@Test
	void oneMemberMayBeInManyGroups() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		coordinator.group("one").join(Map.of("in", "one"));
		coordinator.group("two").join(Map.of("in", "two"));

		coordinator.group("one").leave();

		assertThat(coordinator.group("one").members()).isEmpty();
		assertThat(coordinator.group("two").members()).extracting(Member::metadata)
			.containsExactly(Map.of("in", "two"));
	}

	@Test
	void memberThatComesBackIsANewIncarnation() throws InterruptedException {
		Group group = group("a");
		long incarnation = 0;
		for (int i = 0; i < 20; i++) {
			group.join();
			assertThat(group.members()).hasSize(1);
			assertThat(group.members().get(0).incarnation()).isGreaterThan(incarnation);
			incarnation = group.members().get(0).incarnation();
			group.leave();
		}
		assertThat(fixture().entries("group", NAME)).isEmpty();
	}

	@Test
	void manyJoinAndLeaveAtOnce() {
		List<String> ids = IntStream.range(0, 8).mapToObj((i) -> "member-" + i).toList();
		List<Background> calls = new ArrayList<>();
		for (String id : ids) {
			Group group = group(id);
			calls.add(Background.run(() -> {
				for (int i = 0; i < 10; i++) {
					group.join();
					assertThat(ids(group)).contains(id);
					group.leave();
					assertThat(ids(group)).doesNotContain(id);
				}
				group.join();
			}));
		}

		fixture().eventually().until(() -> calls.stream().allMatch(Background::isDone));

		assertThat(calls).allSatisfy((call) -> assertThat(call.outcome()).isCompleted());
		assertThat(ids(group("z"))).containsExactlyInAnyOrderElementsOf(ids);
	}

	// Metadata

	@Test
	void metadataIsSeenRightAfterJoining() throws InterruptedException {
		Map<String, String> metadata = Map.of("url", "https://a/\u00fc?\n\u0000", "empty", "", "\ud83d\ude00", "=;,");

		group("a").join(metadata);
		group("b").join();

		assertThat(group("c").members()).extracting(Member::metadata).containsExactly(metadata, Map.of());
	}

	@Test
	void updateReplacesTheMetadataOfTheSameIncarnation() throws InterruptedException {
		Group group = group("a");
		group.join(Map.of("one", "1", "two", "2"));
		Member before = group.members().get(0);

		group.update(Map.of("two", "II"));

		assertThat(group.members()).containsExactly(new Member("a", Map.of("two", "II"), before.incarnation()));
		group.update(Map.of());
		assertThat(group.members()).containsExactly(new Member("a", Map.of(), before.incarnation()));
	}

	@Test
	void joiningAgainReplacesTheMetadataOfTheSameIncarnation() throws InterruptedException {
		Group group = group("a");
		group.join(Map.of("round", "1"));
		Member before = group.members().get(0);

		group.join(Map.of("round", "2"));

		assertThat(group.members()).containsExactly(new Member("a", Map.of("round", "2"), before.incarnation()));
	}

	@Test
	void updateNeedsAMember() throws InterruptedException {
		Group group = group("a");

		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> group.update(Map.of("a", "b")))
			.withMessageContaining(NAME);
		group.join();
		group.leave();
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> group.update(Map.of("a", "b")));

		assertThat(group.members()).isEmpty();
	}

	@Test
	void metadataMayTakeFourKibibytesAndNoMore() throws InterruptedException {
		Group group = group("a");
		Map<String, String> large = Map.of("key", "x".repeat(4000));
		group.join(large);
		assertThat(group.members()).extracting(Member::metadata).containsExactly(large);

		for (String value : List.of("x".repeat(4096), "\u00fc".repeat(2048), "x".repeat(100_000))) {
			assertThatIllegalArgumentException().isThrownBy(() -> group.update(Map.of("key", value)))
				.withMessageContaining("4096");
			assertThatIllegalArgumentException().isThrownBy(() -> group.join(Map.of("key", value)));
			assertThatIllegalArgumentException().isThrownBy(() -> group("b").join(Map.of(value, "")));
		}

		assertThat(group.members()).extracting(Member::metadata).containsExactly(large);
	}

	@Test
	void updateThatCannotReachTheStoreIsMadeUpFor() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		group.join(Map.of("round", "1"));
		fixture().faults(coordinator).on(Operation.REPLACE).always().unavailable();

		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> group.update(Map.of("round", "2")));

		fixture().faults(coordinator).heal();
		fixture().eventually().until(() -> group.members().get(0).metadata().equals(Map.of("round", "2")));
	}

	@Test
	void updateWhoseReplyIsLostIsMadeUpFor() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		group.join(Map.of("round", "1"));
		fixture().faults(coordinator).on(Operation.REPLACE).always().replyLost();
		assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> group.update(Map.of("round", "2")));

		fixture().faults(coordinator).heal();
		group.update(Map.of("round", "3"));

		fixture().eventually().until(() -> group.members().get(0).metadata().equals(Map.of("round", "3")));
	}

	@Test
	void memberThatLeavesAfterAnUpdateOfUnknownOutcomeIsGone() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		group.join(Map.of("round", "1"));
		fixture().faults(coordinator).on(Operation.REPLACE).always().replyLost();
		assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> group.update(Map.of("round", "2")));

		group.leave();
		fixture().faults(coordinator).heal();

		fixture().eventually().until(() -> fixture().entries("group", NAME).isEmpty());
	}

	// Namesakes

	@Test
	void secondMemberOfTheSameIdIsRefusedWhileTheFirstLives() throws InterruptedException {
		Coordinator duplicate = coordinator("a");
		Group first = patient("a");
		first.join(Map.of("who", "first"));
		Member before = first.members().get(0);

		assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> duplicate.group(NAME).join(Map.of("who", "second")))
			.withMessageContaining("'a'")
			.withMessageContaining(NAME);

		assertThat(duplicate.group(NAME).isJoined()).isFalse();
		assertThat(first.members()).containsExactly(before);
		// it asked at intervals, of a sixtieth of the ttl at the least
		Duration patience = fixture().ttl().plus(fixture().store().guarantees().noticeBound());
		long intervals = patience.dividedBy(fixture().ttl().dividedBy(60));
		assertThat(fixture().faults(duplicate).calls(Operation.CREATE)).isLessThan((int) (3 * intervals + 10));
		first.leave();
		duplicate.group(NAME).join(Map.of("who", "second"));
		assertThat(first.members()).extracting(Member::metadata).containsExactly(Map.of("who", "second"));
	}

	@Test
	void secondMemberOfTheSameIdIsAcceptedWhenTheFirstDies() throws InterruptedException {
		Coordinator dying = coordinator("a");
		Group second = insistent("a");
		dying.group(NAME).join(Map.of("who", "first"));
		Background join = Background.run(() -> second.join(Map.of("who", "second")));
		fixture().eventually().until(join::isWaiting);

		fixture().faults(dying).on(Operation.values()).always().unavailable();
		fixture().endSession(dying);

		fixture().eventually().until(join::isDone);
		assertThat(join.outcome()).isCompleted();
		assertThat(second.members()).extracting(Member::metadata).containsExactly(Map.of("who", "second"));
	}

	@Test
	void interruptedJoinLeavesNothing() throws InterruptedException {
		Group first = group("a");
		Group second = insistent("a");
		first.join();
		Background join = Background.run(second::join);
		fixture().eventually().until(join::isWaiting);

		join.interrupt();

		fixture().eventually().until(join::isDone);
		assertThat(join.outcome()).failsWithin(Duration.ZERO)
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(second.isJoined()).isFalse();
		first.leave();
		group("b").join();
		assertThat(ids(first)).containsExactly("b");
	}

	@Test
	void oneInterruptedJoinDoesNotTakeAnotherWithIt() throws InterruptedException {
		Group first = group("a");
		Group second = insistent("a");
		first.join();
		Background one = Background.run(() -> second.join(Map.of("bean", "one")));
		fixture().eventually().until(one::isWaiting);
		Background two = Background.run(() -> second.join(Map.of("bean", "two")));
		fixture().eventually().until(two::isWaiting);

		one.interrupt();
		fixture().eventually().until(one::isDone);
		first.leave();

		fixture().eventually().until(two::isDone);
		assertThat(two.outcome()).isCompleted();
		assertThat(second.isJoined()).isTrue();
		assertThat(second.members()).extracting(Member::metadata).containsExactly(Map.of("bean", "two"));
	}

	@Test
	void failedJoinOfAMemberLeavesItAMember() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		group.join(Map.of("round", "1"));
		fixture().faults(coordinator).on(Operation.REPLACE).always().unavailable();

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> group.join(Map.of("round", "2")));

		fixture().faults(coordinator).heal();
		assertThat(group.isJoined()).isTrue();
		fixture().eventually().until(() -> group.members().size() == 1);
		fixture().eventually().until(() -> group.members().get(0).metadata().equals(Map.of("round", "1")));
	}

	@Test
	void memberWhoseEntryIsRemovedByAStrangerJoinsAgain() throws InterruptedException {
		Group group = coordinator("a").group(NAME);
		group.join(Map.of("round", "1"));
		Entry removed = fixture().entries("group", NAME).get(0);

		assertThat(fixture().store().delete(removed)).isTrue();

		fixture().eventually()
			.until(() -> group.members()
				.stream()
				.anyMatch((member) -> member.incarnation() > removed.createRevision()));
		assertThat(group.members()).extracting(Member::metadata).containsExactly(Map.of("round", "1"));
	}

	// Unknown outcomes

	@Test
	void joinOfUnknownOutcomeLeavesNothing() {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		fixture().faults(coordinator).on(Operation.CREATE).replyLost();

		assertThatExceptionOfType(CoordinationException.class).isThrownBy(group::join);

		assertThat(group.isJoined()).isFalse();
		fixture().eventually().until(() -> fixture().entries("group", NAME).isEmpty());
	}

	@Test
	void joinThatIsRepeatedAfterAnUnknownOutcomeLeavesOneEntry() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		fixture().faults(coordinator).on(Operation.CREATE).replyLost();
		assertThatExceptionOfType(CoordinationException.class).isThrownBy(group::join);

		group.join(Map.of("round", "2"));

		fixture().eventually().until(() -> ids(group).equals(List.of("a")));
		fixture().eventually().until(() -> group.members().get(0).metadata().equals(Map.of("round", "2")));
		group.leave();
		fixture().eventually().until(() -> fixture().entries("group", NAME).isEmpty());
	}

	@Test
	void joinThatArrivesAfterItFailedIsRemoved() {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		fixture().faults(coordinator).on(Operation.CREATE).always().deliveredLate();
		assertThatExceptionOfType(CoordinationException.class).isThrownBy(group::join);

		fixture().faults(coordinator).heal();
		fixture().faults(coordinator).deliverLate();

		fixture().eventually().until(() -> fixture().entries("group", NAME).isEmpty());
		assertThat(group.isJoined()).isFalse();
	}

	@Test
	void joinWhoseMarkerCannotBeCreatedLeavesNoMember() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		fixture().faults(coordinator).on(Operation.CREATE).after(1).unavailable();

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(group::join);

		assertThat(group.isJoined()).isFalse();
		fixture().eventually().until(() -> fixture().entries("group", NAME).isEmpty());
		group.join();
		assertThat(coordinator.groups()).containsExactly(NAME);
	}

	@Test
	void joinIsNoFailureBecauseTheMarkerMayBeThere() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		fixture().faults(coordinator).on(Operation.CREATE).after(1).replyLost();

		group.join();

		assertThat(group.isJoined()).isTrue();
		assertThat(coordinator.groups()).containsExactly(NAME);
	}

	@Test
	void leavingIsRepeatedUntilTheStoreConfirmsIt() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		group.join();
		fixture().faults(coordinator).on(Operation.DELETE).times(2).unavailable();

		group.leave();

		assertThat(group.isJoined()).isFalse();
		fixture().eventually().until(() -> fixture().entries("group", NAME).isEmpty());
	}

	// Sessions

	@Test
	void memberWhoseSessionEndsComesBack() throws InterruptedException {
		Coordinator dying = coordinator("a");
		Group watching = group("b");
		GroupLog log = new GroupLog();
		watching.onChange(log);
		dying.group(NAME).join(Map.of("zone", "north"));
		fixture().eventually().until(() -> log.events().equals(List.of("+a")));

		fixture().endSession(dying);

		fixture().eventually().until(() -> log.events().equals(List.of("+a", "-a", "+a")));
		assertThat(dying.group(NAME).isJoined()).isTrue();
		assertThat(watching.members()).extracting(Member::metadata).containsExactly(Map.of("zone", "north"));
		assertThat(log.members().get(2).incarnation()).isGreaterThan(log.members().get(0).incarnation());
	}

	@Test
	void memberComesBackThoughItsOldEntryIsStillThere() throws InterruptedException {
		Coordinator coordinator = coordinator("a");
		Group group = coordinator.group(NAME);
		GroupLog log = new GroupLog();
		group("b").onChange(log);
		group.join();
		long before = group.members().get(0).incarnation();

		// the session is given up here while the store keeps it
		fixture().faults(coordinator).changeStoreIdentity();

		fixture().eventually()
			.until(() -> group.members().stream().anyMatch((member) -> member.incarnation() > before));
		fixture().eventually().until(() -> log.events().equals(List.of("+a", "-a", "+a")));
		assertThat(ids(group)).containsExactly("a");
	}

	@Test
	void memberThatLeftDoesNotComeBackWithANewSession() throws InterruptedException {
		Coordinator dying = coordinator("a");
		Group group = dying.group(NAME);
		Group other = dying.group("other");
		group.join();
		other.join();
		group.leave();
		long before = other.members().get(0).incarnation();

		fixture().endSession(dying);

		fixture().eventually()
			.until(() -> other.members().stream().anyMatch((member) -> member.incarnation() > before));
		assertThat(group.members()).isEmpty();
		assertThat(group.isJoined()).isFalse();
	}

	// Listeners

	@Test
	void listenerIsToldOfThosePresentFirst() throws InterruptedException {
		group("a").join(Map.of("k", "v"));
		group("b").join();
		Group watching = group("c");
		GroupLog first = new GroupLog();
		watching.onChange(first);
		fixture().eventually().until(() -> first.events().size() == 2);
		GroupLog second = new GroupLog();

		watching.onChange(second);

		fixture().eventually().until(() -> second.events().size() == 2);
		assertThat(first.events()).containsExactly("+a", "+b");
		assertThat(second.events()).containsExactly("+a", "+b");
		assertThat(second.members()).isEqualTo(watching.members());
	}

	@Test
	void everyChangeIsToldOnceAndInOrder() throws InterruptedException {
		Group group = patient("a");
		GroupLog own = new GroupLog();
		GroupLog other = new GroupLog();
		group.onChange(own);
		patient("b").onChange(other);

		for (int i = 0; i < 5; i++) {
			int told = 3 * i;
			group.join(Map.of("round", "1"));
			fixture().eventually().until(() -> own.events().size() == told + 1 && other.events().size() == told + 1);
			group.update(Map.of("round", "2"));
			fixture().eventually().until(() -> own.events().size() == told + 2 && other.events().size() == told + 2);
			group.leave();
			fixture().eventually().until(() -> own.events().size() == told + 3 && other.events().size() == told + 3);
		}

		for (GroupLog log : List.of(own, other)) {
			assertThat(log.events().subList(0, 6)).containsExactly("+a", "*a", "-a", "+a", "*a", "-a");
			assertThat(log.members().get(0).metadata()).containsEntry("round", "1");
			assertThat(log.members().get(1).metadata()).containsEntry("round", "2");
			assertThat(log.members().get(2).metadata()).containsEntry("round", "2");
			assertThat(log.members().get(2).incarnation()).isEqualTo(log.members().get(0).incarnation());
			assertThat(log.members().get(3).incarnation()).isGreaterThan(log.members().get(0).incarnation());
		}
	}

	@Test
	void memberThatCameBackUnseenIsToldAsLeftAndJoined() throws InterruptedException {
		Coordinator deaf = fixture().newPatientCoordinator();
		Group group = group("a");
		GroupLog log = new GroupLog();
		deaf.group(NAME).onChange(log);
		group.join();
		fixture().eventually().until(() -> log.events().equals(List.of("+a")));
		fixture().faults(deaf).loseChanges();

		group.leave();
		group.join(Map.of("round", "2"));
		fixture().faults(deaf).heal();

		fixture().eventually().until(() -> log.events().equals(List.of("+a", "-a", "+a")));
		assertThat(log.members().get(2).metadata()).containsEntry("round", "2");
	}

	@Test
	void changesThatAreNeverReportedAreFound() throws InterruptedException {
		Coordinator deaf = newCoordinator();
		GroupLog log = new GroupLog();
		deaf.group(NAME).onChange(log);
		Group group = group("a");
		fixture().eventually().until(() -> fixture().faults(deaf).calls(Operation.LIST) > 0);
		fixture().faults(deaf).loseChanges();

		group.join();

		fixture().eventually().until(() -> log.events().equals(List.of("+a")));
	}

	@Test
	void listenerOfAnAbsentGroupHearsOfItsFirstMember() throws InterruptedException {
		GroupLog log = new GroupLog();
		Group watching = patient("b");

		watching.onChange(log);
		group("a").join();

		fixture().eventually().until(() -> log.events().equals(List.of("+a")));
		assertThat(watching.isJoined()).isFalse();
	}

	@Test
	void closedSubscriptionHearsNothingMoreAndANewOneStartsAfresh() throws InterruptedException {
		Group watching = group("b");
		Group group = group("a");
		GroupLog closed = new GroupLog();
		GroupLog open = new GroupLog();
		Subscription subscription = watching.onChange(closed);
		group.join();
		fixture().eventually().until(() -> closed.events().equals(List.of("+a")));

		subscription.close();
		subscription.close();
		group.leave();
		group("c").join();
		watching.onChange(open);

		fixture().eventually().until(() -> open.events().equals(List.of("+c")));
		assertThat(closed.events()).containsExactly("+a");
	}

	@Test
	void listenersThatFailOrHangHarmNobody() throws InterruptedException {
		Group watching = group("b");
		CountDownLatch goOn = new CountDownLatch(1);
		GroupLog log = new GroupLog();
		watching.onChange(new GroupListener() {

			@Override
			public void onJoined(Member member) {
				throw new IllegalStateException("a listener that fails on purpose");
			}

			@Override
			public void onLeft(Member member) {
				throw new AssertionError("a listener that fails on purpose");
			}

		});
		watching.onChange(new GroupListener() {

			@Override
			public void onJoined(Member member) {
				try {
					goOn.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}

		});
		watching.onChange(log);
		Group group = group("a");

		group.join();
		fixture().eventually().until(() -> log.events().equals(List.of("+a")));
		group.leave();
		fixture().eventually().until(() -> log.events().equals(List.of("+a", "-a")));
		watching.join();
		fixture().eventually().until(() -> log.events().equals(List.of("+a", "-a", "+b")));
		goOn.countDown();
	}

	// Foreign entries

	@Test
	void whatCannotBeReadIsSkippedAndNeverDeleted() throws InterruptedException {
		List<byte[]> foreign = List.of(new byte[0], new byte[] { 0 }, new byte[] { 1 }, new byte[] { 1, 0, 9, 'x' },
				new byte[] { 1, 0, 1, 'x', 0, 9 }, new byte[] { 2, 0, 1, 'x', 0, 0 }, "{\"id\":1}".getBytes());
		GroupLog log = new GroupLog();
		Group group = group("a");
		group.onChange(log);
		for (int i = 0; i < foreign.size(); i++) {
			assertThat(fixture().store().create(fixture().directory("group", NAME).entry("alien-" + i), foreign.get(i)))
				.isPresent();
		}

		group.join();

		fixture().eventually().until(() -> log.events().contains("+a"));
		assertThat(ids(group)).containsExactly("a");
		group.leave();
		fixture().eventually().until(() -> log.events().equals(List.of("+a", "-a")));
		assertThat(group.members()).isEmpty();
		assertThatExceptionOfType(MisuseException.class).isThrownBy(group::delete);
		assertThat(fixture().entries("group", NAME)).extracting(Entry::id)
			.containsExactlyInAnyOrderElementsOf(
					IntStream.range(0, foreign.size()).mapToObj((i) -> "alien-" + i).toList());
	}

	@Test
	void foreignEntryUnderTheOwnIdIsNotTaken() {
		fixture().store().create(fixture().directory("group", NAME).entry("a"), new byte[] { 7 });
		Coordinator coordinator = fixture().newCoordinator((options) -> options.withMemberId("a"));

		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> coordinator.group(NAME).join());

		assertThat(fixture().entries("group", NAME)).extracting(Entry::value).containsExactly(new byte[] { 7 });
	}

	private static List<String> ids(Group group) {
		return group.members().stream().map(Member::id).toList();
	}

	private Coordinator coordinator(String memberId) {
		return fixture().newCoordinator((options) -> options.withMemberId(memberId));
	}

	private Group group(String memberId) {
		return coordinator(memberId).group(NAME);
	}

	/** It asks for a minute before it gives up, and once a second. */
	private Group insistent(String memberId) {
		return fixture().newCoordinator((options) -> options.withMemberId(memberId).withTtl(Duration.ofMinutes(1)))
			.group(NAME);
	}

	/** It acts because it was told of a change and not because time went by. */
	private Group patient(String memberId) {
		return fixture().newCoordinator((options) -> options.withMemberId(memberId).withTtl(Duration.ofMinutes(10)))
			.group(NAME);
	}

}
