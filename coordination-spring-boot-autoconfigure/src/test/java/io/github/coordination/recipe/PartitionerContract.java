package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockLostException;
import io.github.coordination.PartitionListener;
import io.github.coordination.MisuseException;
import io.github.coordination.Partitioner;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.spi.Clock;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a {@link Partitioner} promises.
 */
public abstract class PartitionerContract extends RecipeContract {

	private static final String GROUP = "workers";

	private static final int SLOTS = 16;

	/** A key for each slot. */
	private final Map<Integer, String> keys = new HashMap<>();

	@Test
	void nobodyOwnsAnythingInAnEmptyGroup() {
		Coordinator coordinator = newMember("a");
		Partitioner partitioner = coordinator.partition(GROUP);

		awaitStep(coordinator);
		assertThat(partitioner.group()).isEqualTo(GROUP);
		assertThat(partitioner.slots()).isEqualTo(SLOTS);
		assertThat(partitioner.mine()).isEmpty();
		assertThat(partitioner.isMine("key")).isFalse();
		assertThat(partitioner.ownerOf("key")).isEmpty();
		assertThat(partitioner.ownersOf("key", 3)).isEmpty();
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> partitioner.fencingToken("key"))
			.withMessageContaining("'key'");
	}

	@Test
	void onlyMemberOwnsEverything() throws InterruptedException {
		Coordinator coordinator = newMember("a");
		Partitioner partitioner = coordinator.partition(GROUP);
		coordinator.group(GROUP).join();

		awaitMine(partitioner, SLOTS);

		assertThat(partitioner.mine()).isEqualTo(all());
		assertThat(partitioner.isMine("key")).isTrue();
		assertThat(partitioner.ownerOf("key")).contains("a");
		assertThat(partitioner.ownersOf("key", 3)).containsExactly("a");
	}

	@Test
	void whoIsNotAMemberOwnsNothing() throws InterruptedException {
		Coordinator member = join("a", Map.of());
		Coordinator stranger = newMember("b");
		Partitioner partitioner = stranger.partition(GROUP);
		awaitMine(member.partition(GROUP), SLOTS);

		fixture().eventually().until(() -> partitioner.ownerOf("key").equals(Optional.of("a")));
		assertThat(partitioner.mine()).isEmpty();
		stranger.group(GROUP).join();
		fixture().eventually().until(() -> !partitioner.mine().isEmpty());
		stranger.group(GROUP).leave();

		fixture().eventually().until(() -> partitioner.mine().isEmpty());
		awaitMine(member.partition(GROUP), SLOTS);
	}

	@Test
	void slotsFollowTheMembers() {
		List<Coordinator> members = new ArrayList<>();
		for (int size : List.of(1, 2, 4)) {
			while (members.size() < size) {
				members.add(join("member-" + members.size(), Map.of()));
			}
			awaitShared(members);
		}
		while (members.size() > 1) {
			members.remove(0).close();
		}

		awaitShared(members);
		assertThat(members.get(0).partition(GROUP).mine()).isEqualTo(all());
		fixture().eventually().until(() -> fixture().entries("slot", GROUP).size() == SLOTS);
	}

	@Test
	void everybodyAgreesOnTheOwners() {
		List<Coordinator> members = List.of(join("a", Map.of()), join("b", Map.of()), join("c", Map.of()));
		awaitShared(members);
		Partitioner first = members.get(0).partition(GROUP);

		for (int i = 0; i < 200; i++) {
			String key = "key-" + i;
			int slot = first.slotOf(key);
			assertThat(slot).isBetween(0, SLOTS - 1);
			for (Coordinator each : members) {
				Partitioner partitioner = each.partition(GROUP);
				assertThat(partitioner.slotOf(key)).isEqualTo(slot);
				assertThat(partitioner.ownerOf(key)).isEqualTo(first.ownerOf(key));
				assertThat(partitioner.isMine(key)).isEqualTo(partitioner.mine().contains(slot))
					.isEqualTo(first.ownerOf(key).orElseThrow().equals(each.memberId()));
				assertThat(partitioner.ownersOf(key, 2)).isEqualTo(first.ownersOf(key, 2))
					.hasSize(2)
					.startsWith(first.ownerOf(key).orElseThrow());
				assertThat(partitioner.ownersOf(key, 9)).containsExactlyInAnyOrder("a", "b", "c");
			}
		}
	}

	@Test
	void anyTextIsAKey() {
		List<Coordinator> members = List.of(join("a", Map.of()), join("gr\u00fc\u00dfe \ud83d\ude00", Map.of()));
		awaitShared(members);

		for (String key : List.of("", "\u00fc\u00df", "\u65e5\u672c\u8a9e", "\ud83d\ude00", "\ud83d", "\u0000",
				"x".repeat(10_000))) {
			String owner = members.get(0).partition(GROUP).ownerOf(key).orElseThrow();
			assertThat(members).filteredOn((each) -> each.partition(GROUP).isMine(key))
				.extracting(Coordinator::memberId)
				.containsExactly(owner);
		}
	}

	@Test
	void keysSpreadOverAllSlots() {
		Partitioner partitioner = newMember("a").partition(GROUP);
		int[] hits = new int[SLOTS];

		for (int i = 0; i < 10_000; i++) {
			hits[partitioner.slotOf("key-" + i)]++;
		}

		assertThat(hits)
			.satisfies((counts) -> assertThat(IntStream.of(counts)).allMatch((count) -> count > 10_000 / SLOTS / 2));
	}

	@Test
	void weightShiftsShares() throws InterruptedException {
		Coordinator light = join("light", Map.of("weight", "1"));
		Coordinator heavy = join("heavy", Map.of("weight", "20"));
		List<Coordinator> members = List.of(light, heavy);
		awaitShared(members);
		int share = heavy.partition(GROUP).mine().size();
		assertThat(share).isGreaterThan(light.partition(GROUP).mine().size());

		heavy.group(GROUP).update(Map.of("weight", "1"));
		light.group(GROUP).update(Map.of("weight", "50"));

		fixture().eventually().until(() -> heavy.partition(GROUP).mine().size() < share);
		fixture().eventually().until(() -> light.partition(GROUP).mine().size() > heavy.partition(GROUP).mine().size());
		awaitShared(members);
	}

	@Test
	void weightThatIsNoNumberCountsAsOne() {
		List<Coordinator> members = new ArrayList<>();
		for (String weight : List.of("heavy", "", "-5", "0", "99999999999999999999", " 2 ")) {
			members.add(join("member-" + members.size(), Map.of("weight", weight)));
		}

		awaitShared(members);
	}

	@Test
	void tokenOfASlotGrowsWithEveryOwner() throws InterruptedException {
		Coordinator first = join("a", Map.of());
		Coordinator second = newMember("b");
		Partitioner next = second.partition(GROUP);
		Partitioner partitioner = first.partition(GROUP);
		awaitMine(partitioner, SLOTS);
		Map<Integer, FencingToken> tokens = tokens(partitioner);

		for (int i = 0; i < 3; i++) {
			second.group(GROUP).join();
			first.group(GROUP).leave();
			awaitMine(next, SLOTS);
			Map<Integer, FencingToken> later = tokens(next);
			assertThat(later).allSatisfy((slot, token) -> assertThat(token).isGreaterThan(tokens.get(slot)));
			first.group(GROUP).join();
			second.group(GROUP).leave();
			awaitMine(partitioner, SLOTS);
			Map<Integer, FencingToken> last = tokens(partitioner);
			assertThat(last).allSatisfy((slot, token) -> assertThat(token).isGreaterThan(later.get(slot)));
			tokens.putAll(last);
		}
	}

	@Test
	void onePartitionerStandsForAGroupUntilItIsClosed() {
		Coordinator coordinator = join("a", Map.of());
		Partitioner first = coordinator.partition(GROUP);
		assertThat(coordinator.partition(GROUP)).isSameAs(first);
		awaitMine(first, SLOTS);

		first.close();

		assertThat(first.mine()).isEmpty();
		assertThat(fixture().entries("slot", GROUP)).isEmpty();
		Partitioner second = coordinator.partition(GROUP);
		assertThat(second).isNotSameAs(first);
		first.close();
		assertThat(coordinator.partition(GROUP)).isSameAs(second);
		awaitMine(second, SLOTS);
		assertThat(first.mine()).isEmpty();
	}

	@Test
	void newOwnerComesAfterTheOldOneHasFinished() throws InterruptedException {
		Coordinator first = join("a", Map.of());
		Partitioner partitioner = first.partition(GROUP);
		awaitMine(partitioner, SLOTS);
		CountDownLatch goOn = new CountDownLatch(1);
		AtomicReference<Set<Integer>> revoked = holdUp(partitioner, goOn);
		Coordinator second = join("b", Map.of());

		fixture().eventually().until(() -> revoked.get() != null);

		Partitioner next = second.partition(GROUP);
		assertThat(revoked.get()).isNotEmpty();
		assertThat(partitioner.mine()).doesNotContainAnyElementsOf(revoked.get());
		assertThat(next.mine()).isEmpty();
		assertThat(fixture().entries("slot", GROUP)).hasSize(SLOTS);
		goOn.countDown();
		fixture().eventually().until(() -> next.mine().equals(revoked.get()));
		awaitShared(List.of(first, second));
	}

	@Test
	void listenerThatNeverReturnsIsWaitedForAsLongAsTheLimit() {
		Duration limit = Duration.ofMillis(300);
		Coordinator stuck = fixture()
			.newCoordinator((options) -> options.withMemberId("a").withSlots(SLOTS).withRevocationTimeout(limit));
		join(stuck, Map.of());
		awaitMine(stuck.partition(GROUP), SLOTS);
		CountDownLatch never = new CountDownLatch(1);
		AtomicReference<Set<Integer>> revoked = holdUp(stuck.partition(GROUP), never);
		Coordinator second = newMember("b");
		Partitioner next = second.partition(GROUP);
		long start = Clock.SYSTEM.nanoTime();
		join(second, Map.of());

		fixture().eventually().until(() -> !next.mine().isEmpty());

		assertThat(Duration.ofNanos(Clock.SYSTEM.nanoTime() - start)).isGreaterThanOrEqualTo(limit);
		assertThat(revoked.get()).isNotNull();
		never.countDown();
	}

	@Test
	void coordinatorThatIsClosedWaitsForThoseThatAreBeingClosed() throws InterruptedException {
		Coordinator leaving = join("a", Map.of());
		Partitioner partitioner = leaving.partition(GROUP);
		awaitMine(partitioner, SLOTS);
		CountDownLatch stopped = new CountDownLatch(1);
		AtomicReference<Set<Integer>> revoked = holdUp(partitioner, stopped);

		CompletableFuture<Void> closing = CompletableFuture.runAsync(partitioner::close);
		fixture().eventually().until(() -> revoked.get() != null);
		CompletableFuture<Void> end = CompletableFuture.runAsync(leaving::close);

		Awaitility.await()
			.during(Duration.ofMillis(300))
			.atMost(Duration.ofSeconds(10))
			.until(() -> leaving.state() == SessionState.CONNECTED && !end.isDone());
		stopped.countDown();
		end.join();
		closing.join();
	}

	@Test
	void listenersAreToldWhatIsOwned() throws InterruptedException {
		Coordinator first = newMember("a");
		PartitionLog log = new PartitionLog();
		first.partition(GROUP).onChange(log);
		first.group(GROUP).join();
		awaitMine(first.partition(GROUP), SLOTS);
		Coordinator second = join("b", Map.of());
		awaitShared(List.of(first, second));
		fixture().eventually().until(() -> log.owned().equals(first.partition(GROUP).mine()));

		second.close();
		awaitMine(first.partition(GROUP), SLOTS);
		fixture().eventually().until(() -> log.owned().equals(all()));
		first.group(GROUP).leave();
		fixture().eventually().until(() -> log.owned().isEmpty());

		assertThat(log.complaints()).isEmpty();
	}

	@Test
	void lateListenerIsToldWhatIsOwnedFirst() {
		Coordinator coordinator = join("a", Map.of());
		awaitMine(coordinator.partition(GROUP), SLOTS);
		PartitionLog log = new PartitionLog();

		coordinator.partition(GROUP).onChange(log);

		fixture().eventually().until(() -> log.owned().equals(all()));
		assertThat(log.events()).containsExactly("assigned");
	}

	@Test
	void closedSubscriptionHearsNothingMore() throws InterruptedException {
		Coordinator coordinator = join("a", Map.of());
		PartitionLog closed = new PartitionLog();
		PartitionLog open = new PartitionLog();
		Subscription subscription = coordinator.partition(GROUP).onChange(closed);
		coordinator.partition(GROUP).onChange(open);
		fixture().eventually().until(() -> closed.owned().equals(all()));

		subscription.close();
		coordinator.group(GROUP).leave();

		fixture().eventually().until(() -> open.events().contains("revoked"));
		assertThat(closed.owned()).isEqualTo(all());
	}

	@Test
	void listenerThatFailsHarmsNobody() throws InterruptedException {
		Coordinator coordinator = newMember("a");
		PartitionLog log = new PartitionLog();
		coordinator.partition(GROUP).onChange(new PartitionListener() {

			@Override
			public void onAssigned(Set<Integer> slots) {
				throw new IllegalStateException("a listener that fails on purpose");
			}

			@Override
			public void onRevoked(Set<Integer> slots) {
				throw new AssertionError("a listener that fails on purpose");
			}

		});
		coordinator.partition(GROUP).onChange(log);
		coordinator.group(GROUP).join();
		fixture().eventually().until(() -> log.owned().equals(all()));

		coordinator.group(GROUP).leave();

		fixture().eventually().until(() -> log.owned().isEmpty());
	}

	@Test
	void closingTellsTheListenersBeforeTheSlotsAreFree() {
		for (boolean whole : List.of(true, false)) {
			Coordinator leaving = join("a", Map.of());
			Partitioner partitioner = leaving.partition(GROUP);
			awaitMine(partitioner, SLOTS);
			CountDownLatch goOn = new CountDownLatch(1);
			AtomicReference<Set<Integer>> revoked = holdUp(partitioner, goOn);
			Background close = Background.run(whole ? leaving::close : partitioner::close);
			fixture().eventually().until(() -> revoked.get() != null);

			assertThat(revoked.get()).isEqualTo(all());
			assertThat(partitioner.mine()).isEmpty();
			assertThat(close.isDone()).isFalse();
			assertThat(fixture().entries("slot", GROUP)).hasSize(SLOTS);
			goOn.countDown();

			fixture().eventually().until(close::isDone);
			assertThat(close.outcome()).isCompleted();
			fixture().eventually().until(() -> fixture().entries("slot", GROUP).isEmpty());
			leaving.close();
		}
	}

	@Test
	void slotsOfALostSessionAreClaimedAnew() {
		Coordinator dying = join("a", Map.of());
		Partitioner partitioner = dying.partition(GROUP);
		PartitionLog log = new PartitionLog();
		partitioner.onChange(log);
		awaitMine(partitioner, SLOTS);
		fixture().eventually().until(() -> log.owned().equals(all()));
		Map<Integer, FencingToken> before = tokens(partitioner);

		fixture().endSession(dying);

		fixture().eventually().until(() -> log.events().contains("revoked"));
		awaitMine(partitioner, SLOTS);
		fixture().eventually().until(() -> log.owned().equals(all()));
		assertThat(log.complaints()).isEmpty();
		assertThat(tokens(partitioner)).allSatisfy((slot, token) -> assertThat(token).isGreaterThan(before.get(slot)));
	}

	@Test
	void ownerCutOffFromItsStoreIsToldOfTheLossAllTheSame() {
		Coordinator cutOff = join("a", Map.of());
		Partitioner partitioner = cutOff.partition(GROUP);
		PartitionLog log = new PartitionLog();
		partitioner.onChange(log);
		awaitMine(partitioner, SLOTS);
		fixture().eventually().until(() -> log.owned().equals(all()));

		fixture().faults(cutOff).on(Operation.values()).always().unavailable();

		if (!fixture().expires()) {
			fixture().eventually().until(() -> cutOff.state() == SessionState.SUSPENDED);
			assertThat(partitioner.mine()).isEqualTo(all());
			return;
		}
		fixture().eventually().until(() -> partitioner.mine().isEmpty());
		fixture().eventually().until(() -> log.owned().isEmpty());
		fixture().faults(cutOff).heal();
		awaitMine(partitioner, SLOTS);
		fixture().eventually().until(() -> log.owned().equals(all()));
		assertThat(log.complaints()).isEmpty();
	}

	@Test
	void ownerWhoseStoreHangsIsToldOfTheLossAllTheSame() {
		Coordinator cutOff = join("a", Map.of());
		Partitioner partitioner = cutOff.partition(GROUP);
		PartitionLog log = new PartitionLog();
		partitioner.onChange(log);
		awaitMine(partitioner, SLOTS);
		fixture().eventually().until(() -> log.owned().equals(all()));
		if (!fixture().expires()) {
			return;
		}

		fixture().faults(cutOff).on(Operation.values()).always().hangs();

		fixture().eventually().until(() -> partitioner.mine().isEmpty());
		fixture().eventually().until(() -> log.owned().isEmpty());
		fixture().faults(cutOff).heal();
		awaitMine(partitioner, SLOTS);
	}

	@Test
	void slotClaimedJustBeforeASuspensionIsOwnedAfterIt() throws InterruptedException {
		Coordinator coordinator = fixture()
			.newCoordinator((options) -> options.withMemberId("a").withSlots(1).withTtl(Duration.ofSeconds(6)));
		coordinator.group(GROUP).join();
		fixture().faults(coordinator).on(Operation.CREATE).hangs();
		Partitioner partitioner = coordinator.partition(GROUP);
		fixture().eventually().until(() -> fixture().faults(coordinator).hanging() == 1);
		fixture().faults(coordinator).on(Operation.RENEW, Operation.OPEN).always().unavailable();
		fixture().eventually().until(() -> coordinator.state() == SessionState.SUSPENDED);

		fixture().faults(coordinator).release();
		fixture().eventually().until(() -> fixture().entries("slot", GROUP).size() == 1);
		assertThat(partitioner.mine()).isEmpty();
		fixture().faults(coordinator).heal();

		awaitMine(partitioner, 1);
	}

	@Test
	void claimOfUnknownOutcomeIsFound() {
		Coordinator coordinator = join("a", Map.of());
		fixture().faults(coordinator).on(Operation.CREATE).times(3).replyLost();

		Partitioner partitioner = coordinator.partition(GROUP);

		awaitMine(partitioner, SLOTS);
		assertThat(fixture().entries("slot", GROUP)).hasSize(SLOTS);
	}

	@Test
	void releaseThatTheStoreDoesNotConfirmIsRepeated() {
		Coordinator first = join("a", Map.of());
		awaitMine(first.partition(GROUP), SLOTS);
		fixture().faults(first).on(Operation.DELETE).times(3).unavailable();
		fixture().faults(first).on(Operation.DELETE).replyLost();

		Coordinator second = join("b", Map.of());

		awaitShared(List.of(first, second));
	}

	@Test
	void changesThatAreNeverReportedAreFound() {
		Coordinator first = join("a", Map.of());
		awaitMine(first.partition(GROUP), SLOTS);
		fixture().faults(first).loseChanges();

		Coordinator second = join("b", Map.of());

		awaitShared(List.of(first, second));
	}

	@Test
	void slotNeverHasTwoOwners() throws InterruptedException {
		List<AtomicReference<Coordinator>> seats = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			seats.add(new AtomicReference<>(join("member-" + i, Map.of())));
		}
		fillKeys(seats.get(0).get().partition(GROUP));
		AtomicBoolean over = new AtomicBoolean();
		Background sampler = Background.run(() -> {
			while (!over.get()) {
				sample(seats);
			}
		});
		Random random = new Random(42);
		int next = 4;

		for (int round = 0; round < 40 && !sampler.isDone(); round++) {
			AtomicReference<Coordinator> seat = seats.get(random.nextInt(seats.size()));
			Coordinator chosen = seat.get();
			switch ((round == 20 && fixture().expires()) ? 3 : random.nextInt(3)) {
				case 0 -> chosen.group(GROUP).leave();
				case 1 -> chosen.group(GROUP).join(Map.of("weight", Integer.toString(1 + random.nextInt(5))));
				case 2 -> {
					seat.set(join("member-" + next++, Map.of()));
					chosen.close();
				}
				default -> {
					fixture().faults(chosen).on(Operation.values()).always().unavailable();
					fixture().eventually().until(() -> chosen.partition(GROUP).mine().isEmpty());
					fixture().faults(chosen).heal();
					fixture().eventually().until(() -> chosen.state() == SessionState.CONNECTED);
				}
			}
			if (round % 4 == 0) {
				seats.get(0).get().group(GROUP).join();
				fixture().eventually()
					.until(() -> seats.stream()
						.mapToInt((each) -> each.get().partition(GROUP).mine().size())
						.sum() == SLOTS);
			}
		}

		over.set(true);
		fixture().eventually().until(sampler::isDone);
		assertThat(sampler.outcome()).isCompleted();
		for (AtomicReference<Coordinator> seat : seats) {
			seat.get().group(GROUP).join();
		}
		awaitShared(seats.stream().map(AtomicReference::get).toList());
	}

	/**
	 * Somebody who owns a slot under the same token before and after somebody else was
	 * seen to own it, owned it all the time.
	 */
	private void sample(List<AtomicReference<Coordinator>> seats) {
		List<Partitioner> partitioners = new ArrayList<>();
		for (AtomicReference<Coordinator> seat : seats) {
			try {
				partitioners.add(seat.get().partition(GROUP));
			}
			catch (MisuseException ex) {
				// closed just now: it owns nothing, and its seat is taken by another
			}
		}
		this.keys.forEach((slot, key) -> {
			for (Partitioner one : partitioners) {
				Optional<FencingToken> before = token(one, key);
				if (before.isPresent()) {
					for (Partitioner other : partitioners) {
						Optional<FencingToken> token = (other != one) ? token(other, key) : Optional.empty();
						assertThat(token.isPresent() && token(one, key).equals(before))
							.as("owning slot %s at the same time: %s and %s", slot, before, token)
							.isFalse();
					}
				}
			}
		});
	}

	private static Optional<FencingToken> token(Partitioner partitioner, String key) {
		try {
			return Optional.of(partitioner.fencingToken(key));
		}
		catch (LockLostException ex) {
			return Optional.empty();
		}
	}

	private Map<Integer, FencingToken> tokens(Partitioner partitioner) {
		fillKeys(partitioner);
		Map<Integer, FencingToken> tokens = new HashMap<>();
		this.keys.forEach((slot, key) -> tokens.put(slot, partitioner.fencingToken(key)));
		return tokens;
	}

	private void fillKeys(Partitioner partitioner) {
		for (int i = 0; this.keys.size() < SLOTS; i++) {
			this.keys.putIfAbsent(partitioner.slotOf("key-" + i), "key-" + i);
		}
	}

	private static Set<Integer> all() {
		return new TreeSet<>(IntStream.range(0, SLOTS).boxed().toList());
	}

	private Coordinator newMember(String memberId) {
		return fixture().newCoordinator((options) -> options.withMemberId(memberId).withSlots(SLOTS));
	}

	private Coordinator join(String memberId, Map<String, String> metadata) {
		return join(newMember(memberId), metadata);
	}

	private static Coordinator join(Coordinator coordinator, Map<String, String> metadata) {
		assertThat(coordinator.partition(GROUP)).isNotNull();
		try {
			coordinator.group(GROUP).join(metadata);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return coordinator;
	}

	private void awaitMine(Partitioner partitioner, int slots) {
		fixture().eventually().until(() -> partitioner.mine().size() == slots);
	}

	/** Wait until the coordinator has looked at the slots at least once. */
	private void awaitStep(Coordinator coordinator) {
		int lists = fixture().faults(coordinator).calls(Operation.LIST);
		fixture().eventually().until(() -> fixture().faults(coordinator).calls(Operation.LIST) > lists);
	}

	/** Wait until every slot is owned by whom the ring names, and by nobody else. */
	private void awaitShared(List<Coordinator> members) {
		fixture().eventually().until(() -> {
			Set<Integer> owned = new HashSet<>();
			int count = 0;
			for (Coordinator member : members) {
				Partitioner partitioner = member.partition(GROUP);
				fillKeys(partitioner);
				if (partitioner.ownersOf("key", members.size() + 1).size() != members.size()) {
					return false;
				}
				Set<Integer> mine = partitioner.mine();
				owned.addAll(mine);
				count += mine.size();
				if (!mine.stream()
					.allMatch((slot) -> members.stream()
						.allMatch((each) -> each.partition(GROUP)
							.ownerOf(this.keys.get(slot))
							.equals(Optional.of(member.memberId()))))) {
					return false;
				}
			}
			return count == SLOTS && owned.size() == SLOTS;
		});
	}

	/**
	 * Add a listener that does not return from a revocation.
	 * @return the slots of the first revocation, {@code null} before it
	 */
	private AtomicReference<Set<Integer>> holdUp(Partitioner partitioner, CountDownLatch until) {
		AtomicReference<Set<Integer>> revoked = new AtomicReference<>();
		AtomicBoolean listening = new AtomicBoolean();
		partitioner.onChange(new PartitionListener() {

			@Override
			public void onAssigned(Set<Integer> slots) {
				listening.set(true);
			}

			@Override
			public void onRevoked(Set<Integer> slots) {
				revoked.compareAndSet(null, slots);
				try {
					until.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}

		});
		fixture().eventually().untilTrue(listening);
		return revoked;
	}

}
