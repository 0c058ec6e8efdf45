package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Barrier;
import io.github.coordination.Coordinator;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.MisuseException;
import io.github.coordination.test.FaultyBackend;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every barrier must do.
 */
public abstract class BarrierContract extends RecipeContract {

	private static final Duration LONG = Duration.ofMinutes(10);

	private static final Duration SHORT = Duration.ofMillis(50);

	@Test
	void barrierIsAsItWasAskedFor() {
		Barrier barrier = newCoordinator().barrier("a", 3);

		assertThat(barrier.name()).isEqualTo("a");
		assertThat(barrier.parties()).isEqualTo(3);
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().barrier("a", 0));
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().barrier("", 1));
	}

	@Test
	void partyOfOnePassesAlone() throws InterruptedException {
		Coordinator coordinator = newCoordinator();

		for (int i = 0; i < 30; i++) {
			assertThat(coordinator.barrier("a", 1).await(LONG)).isTrue();
		}

		assertNothingLeft(coordinator);
	}

	@Test
	void partiesPassTogether() throws InterruptedException {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		Coordinator three = fixture().newPatientCoordinator();
		for (int round = 0; round < 3; round++) {
			Worker<Boolean> first = arrive(one, 4);
			Worker<Boolean> second = arrive(one, 4);
			Worker<Boolean> third = arrive(two, 4);
			assertThat(List.of(first, second, third)).noneMatch(Worker::isDone);

			assertThat(three.barrier("a", 4).await(LONG)).isTrue();

			assertThat(List.of(first, second, third)).allMatch(Worker::result);
		}
		assertNothingLeft(one, two, three);
	}

	@Test
	void hugeAndNoWaitsAreWaits() throws InterruptedException {
		Coordinator coordinator = fixture().newPatientCoordinator();
		for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE))) {
			assertThat(coordinator.barrier("a", 2).await(none)).isFalse();
		}
		assertNothingLeft(coordinator);
		Worker<Boolean> patient = Worker
			.start(() -> coordinator.barrier("a", 2).await(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)));
		fixture().eventually().until(() -> tracked(coordinator) == 1);

		assertThat(newCoordinator().barrier("a", 2).await(Duration.ZERO)).isTrue();

		assertThat(patient.result()).isTrue();
	}

	@Test
	void partyThatTimesOutDoesNotCount() throws InterruptedException {
		Coordinator one = newCoordinator();
		Coordinator two = newCoordinator();
		long start = System.nanoTime();
		assertThat(one.barrier("a", 2).await(SHORT)).isFalse();
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());

		assertThat(two.barrier("a", 2).await(SHORT)).isFalse();

		assertNothingLeft(one, two);
		Worker<Boolean> party = arrive(one, 2);
		assertThat(two.barrier("a", 2).await(LONG)).isTrue();
		assertThat(party.result()).isTrue();
	}

	@Test
	void partyThatIsInterruptedDoesNotCount() throws InterruptedException {
		Coordinator one = newCoordinator();
		Worker<Boolean> party = arrive(one, 2);

		party.interrupt();

		assertThat(party.failure()).isInstanceOf(InterruptedException.class);
		assertNothingLeft(one);
		assertThat(newCoordinator().barrier("a", 2).await(SHORT)).isFalse();
	}

	@Test
	void partyThatDiesDoesNotCount() throws InterruptedException {
		Coordinator dying = newCoordinator();
		Coordinator other = newCoordinator();
		Worker<Boolean> dead = arrive(dying, 3);
		Worker<Boolean> living = arrive(other, 3);

		dying.close();

		assertThat(dead.failure()).isInstanceOf(MisuseException.class);
		assertThat(newCoordinator().barrier("a", 3).await(SHORT)).isFalse();
		assertThat(living.isDone()).isFalse();
		arrive(newCoordinator(), 3);
		assertThat(newCoordinator().barrier("a", 3).await(LONG)).isTrue();
		assertThat(living.result()).isTrue();
	}

	@Test
	void partyWhoseSessionDiesArrivesAgain() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		Worker<Boolean> party = arrive(coordinator, 2);

		fixture().loseSession(coordinator);
		fixture().eventually().until(() -> tracked(coordinator) == 1);
		assertThat(party.isDone()).isFalse();

		assertThat(other.barrier("a", 2).await(LONG)).isTrue();
		assertThat(party.result()).isTrue();
		assertNothingLeft(coordinator, other);
	}

	@Test
	void partyTooManyWaitsForTheNextTime() throws InterruptedException {
		List<Coordinator> coordinators = List.of(newCoordinator(), newCoordinator());
		for (int round = 0; round < 10; round++) {
			List<Worker<Boolean>> parties = new ArrayList<>();
			for (int i = 0; i < 7; i++) {
				Coordinator coordinator = coordinators.get(i % 2);
				parties.add(Worker.start(() -> coordinator.barrier("a", 3).await(LONG)));
			}

			fixture().eventually().until(() -> parties.stream().filter(Worker::isDone).count() == 6);
			Worker<Boolean> last = parties.stream().filter((party) -> !party.isDone()).findFirst().orElseThrow();
			Worker<Boolean> eighth = Worker.start(() -> coordinators.get(0).barrier("a", 3).await(LONG));
			assertThat(coordinators.get(1).barrier("a", 3).await(LONG)).isTrue();

			assertThat(parties).allMatch(Worker::result);
			assertThat(last.result()).isTrue();
			assertThat(eighth.result()).isTrue();
		}
		assertNothingLeft(coordinators.toArray(Coordinator[]::new));
	}

	@Test
	void nobodyPassesBeforeAllHaveArrived() {
		int parties = 6;
		int rounds = Math.max(fixture().cycles() / 50, 10);
		List<Coordinator> coordinators = List.of(fixture().newPatientCoordinator(), fixture().newPatientCoordinator(),
				fixture().newPatientCoordinator());
		AtomicInteger arrived = new AtomicInteger();

		List<Worker<Integer>> workers = IntStream.range(0, parties).mapToObj((i) -> Worker.start(() -> {
			Random random = new Random(i);
			Barrier barrier = coordinators.get(i % coordinators.size()).barrier("a", parties);
			for (int round = 0; round < rounds; round++) {
				if (random.nextBoolean()) {
					Thread.yield();
				}
				arrived.incrementAndGet();
				assertThat(barrier.await(LONG)).isTrue();
				assertThat(arrived.get()).isBetween((round + 1) * parties, (round + 2) * parties);
			}
			return rounds;
		})).toList();

		assertThat(workers).allMatch((worker) -> worker.result() == rounds);
		assertNothingLeft(coordinators.toArray(Coordinator[]::new));
	}

	@Test
	void barriersOfDifferentNamesHaveNothingToDoWithEachOther() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		Coordinator other = newCoordinator();
		List<String> names = List.of("a", "a/", "a/0", "a/1", "a/0/0", "A", "generation", "ü".repeat(256));
		List<Worker<Boolean>> parties = new ArrayList<>();
		for (String name : names) {
			int before = parties.size();
			parties.add(Worker.start(() -> coordinator.barrier(name, 2).await(LONG)));
			fixture().eventually().until(() -> tracked(coordinator) == before + 1 || parties.get(before).isDone());
		}
		assertThat(parties).noneMatch(Worker::isDone);

		for (int i = 0; i < names.size(); i++) {
			assertThat(other.barrier(names.get(i), 2).await(LONG)).isTrue();
			assertThat(parties.get(i).result()).isTrue();
		}

		assertNothingLeft(coordinator, other);
	}

	@Test
	void barrierOutlastsLostAnswersAndAnUnreachableStore() throws InterruptedException {
		Coordinator one = newCoordinator();
		Coordinator two = newCoordinator();
		List<Operation> operations = List.of(Operation.ENQUEUE, Operation.REPLACE, Operation.LIST, Operation.GET);
		for (Operation operation : operations) {
			for (int after = 0; after < 3; after++) {
				FaultyBackend faults = fixture().faults(one);
				faults.on(operation).after(after).replyLost();
				fixture().faults(two).on(operation).after(after).unavailable();

				Worker<Boolean> party = Worker.start(() -> awaitStubbornly(one));
				assertThat(awaitStubbornly(two)).isTrue();

				assertThat(party.result()).isTrue();
				faults.heal();
				fixture().faults(two).heal();
			}
		}
		assertNothingLeft(one, two);
	}

	@Test
	void partyThatIsToldOfNothingLooksForItself() throws InterruptedException {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).loseChanges();
		Worker<Boolean> party = arrive(coordinator, 2);

		assertThat(newCoordinator().barrier("a", 2).await(LONG)).isTrue();

		assertThat(party.result()).isTrue();
	}

	@Test
	void closedCoordinatorArrivesNowhere() {
		Coordinator coordinator = newCoordinator();
		Barrier barrier = coordinator.barrier("a", 1);

		coordinator.close();

		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> barrier.await(LONG));
	}

	/** A failure before the party has arrived may be thrown: then it arrives again. */
	private static boolean awaitStubbornly(Coordinator coordinator) throws InterruptedException {
		while (true) {
			try {
				return coordinator.barrier("a", 2).await(LONG);
			}
			catch (BackendUnavailableException | IndeterminateResultException ex) {
				assertThat(tracked(coordinator)).isZero();
			}
		}
	}

	/** Let a party arrive, and see it wait. */
	private Worker<Boolean> arrive(Coordinator coordinator, int parties) {
		int before = tracked(coordinator);
		Worker<Boolean> party = Worker.start(() -> coordinator.barrier("a", parties).await(LONG));
		fixture().eventually().until(() -> tracked(coordinator) == before + 1);
		return party;
	}

	private static int tracked(Coordinator coordinator) {
		return (int) Inside.tracked(coordinator)
			.values()
			.stream()
			.filter((each) -> ((Place) each).entry() != null)
			.count();
	}

	private void assertNothingLeft(Coordinator... coordinators) {
		for (Coordinator coordinator : coordinators) {
			fixture().eventually().until(() -> Inside.tracked(coordinator).isEmpty());
		}
		assertThat(fixture().entries("arrival", "a")).isEmpty();
	}

}
