package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.github.coordination.Coordinator;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.Latch;
import io.github.coordination.MisuseException;
import io.github.coordination.test.FaultyBackend;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every latch must do.
 */
public abstract class LatchContract extends RecipeContract {

	private static final Duration LONG = Duration.ofMinutes(10);

	private static final Duration SHORT = Duration.ofMillis(50);

	@Test
	void latchIsAsItWasAskedFor() {
		Latch latch = newCoordinator().latch("a", 3);

		assertThat(latch.name()).isEqualTo("a");
		assertThat(latch.remaining()).isEqualTo(3);
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().latch("a", 0));
		assertThatIllegalArgumentException().isThrownBy(() -> newCoordinator().latch("", 1));
	}

	@Test
	void countsOfAllCoordinatorsOpenIt() throws InterruptedException {
		Latch one = newCoordinator().latch("a", 3);
		Latch two = newCoordinator().latch("a", 3);

		one.countDown();
		two.countDown();
		assertThat(one.remaining()).isEqualTo(1);
		assertThat(two.remaining()).isEqualTo(1);
		assertThat(one.await(SHORT)).isFalse();
		two.countDown();

		assertThat(one.remaining()).isZero();
		assertThat(one.await(LONG)).isTrue();
		assertThat(two.await(Duration.ZERO)).isTrue();
		assertThat(newCoordinator().latch("a", 3).await(Duration.ZERO)).isTrue();
	}

	@Test
	void waitersGoWhenItOpens() {
		Coordinator one = fixture().newPatientCoordinator();
		Coordinator two = fixture().newPatientCoordinator();
		List<Worker<Boolean>> waiters = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			for (Coordinator coordinator : List.of(one, two)) {
				waiters.add(Worker.startWaiting(() -> coordinator.latch("a", 2).await(LONG)));
			}
		}
		waiters
			.add(Worker.startWaiting(() -> one.latch("a", 2).await(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))));

		one.latch("a", 2).countDown();
		assertThat(waiters).noneMatch(Worker::isDone);
		two.latch("a", 2).countDown();

		assertThat(waiters).allMatch(Worker::result);
	}

	@Test
	void waitForAShutGateTimesOut() throws InterruptedException {
		Latch latch = newCoordinator().latch("a", 1);
		long start = System.nanoTime();

		assertThat(latch.await(SHORT)).isFalse();

		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
		assertThat(latch.await(Duration.ZERO)).isFalse();
		assertThat(latch.await(Duration.ofSeconds(Long.MIN_VALUE))).isFalse();
		assertThat(fixture().entries("latch", "a")).isEmpty();
	}

	@Test
	void interruptEndsAWait() {
		// connecting is a wait too, and not the one that is meant
		Coordinator coordinator = newCoordinator();
		Worker<Boolean> waiter = Worker.startWaiting(() -> coordinator.latch("a", 1).await(LONG));

		waiter.interrupt();

		assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
	}

	@Test
	void countsOutliveTheirCoordinators() throws InterruptedException {
		Latch watching = newCoordinator().latch("a", 2);
		Coordinator closing = newCoordinator();
		Coordinator dying = newCoordinator();
		closing.latch("a", 2).countDown();
		dying.latch("a", 2).countDown();

		closing.close();
		fixture().loseSession(dying);

		assertThat(watching.remaining()).isZero();
		assertThat(watching.await(LONG)).isTrue();
	}

	@Test
	void tooManyCountsDoNoHarm() throws InterruptedException {
		Latch latch = newCoordinator().latch("a", 2);

		IntStream.range(0, 5).forEach((i) -> latch.countDown());

		assertThat(latch.remaining()).isZero();
		assertThat(latch.await(LONG)).isTrue();
	}

	@Test
	void resetShutsTheGate() throws InterruptedException {
		Latch latch = newCoordinator().latch("a", 2);
		Latch other = newCoordinator().latch("a", 2);
		latch.reset();
		IntStream.range(0, 3).forEach((i) -> latch.countDown());
		assertThat(other.await(LONG)).isTrue();

		other.reset();

		assertThat(fixture().entries("latch", "a")).isEmpty();
		assertThat(latch.remaining()).isEqualTo(2);
		assertThat(latch.await(SHORT)).isFalse();
		Worker<Boolean> waiter = Worker.startWaiting(() -> other.await(LONG));
		latch.countDown();
		latch.countDown();
		assertThat(waiter.result()).isTrue();
	}

	@Test
	void latchesOfDifferentNamesHaveNothingToDoWithEachOther() {
		Coordinator coordinator = newCoordinator();
		List<String> names = List.of("a", "a/b", "ab", "A", "ü".repeat(256));

		coordinator.latch("a", 1).countDown();

		assertThat(names.stream().map((name) -> coordinator.latch(name, 1).remaining())).containsExactly(0, 1, 1, 1, 1);
	}

	@Test
	void everyCountCountsOnceHoweverManyThreadsCount() throws InterruptedException {
		List<Coordinator> coordinators = List.of(newCoordinator(), newCoordinator());
		int counts = Math.min(Math.max(fixture().cycles() / 100, 5), 50);
		int threads = 8;

		List<Worker<Integer>> workers = IntStream.range(0, threads).mapToObj((i) -> Worker.start(() -> {
			Latch latch = coordinators.get(i % 2).latch("a", threads * counts + 1);
			for (int count = 0; count < counts; count++) {
				latch.countDown();
			}
			return counts;
		})).toList();

		assertThat(workers).allMatch((worker) -> worker.result() == counts);
		Latch latch = newCoordinator().latch("a", threads * counts + 1);
		assertThat(latch.remaining()).isEqualTo(1);
		assertThat(latch.await(Duration.ZERO)).isFalse();
	}

	@Test
	void countWhoseAnswerIsLostCountsOnce() {
		Coordinator coordinator = newCoordinator();
		FaultyBackend faults = fixture().faults(coordinator);
		Latch latch = coordinator.latch("a", 10);

		faults.on(Operation.CREATE).times(3).replyLost();
		latch.countDown();
		assertThat(latch.remaining()).isEqualTo(9);

		faults.on(Operation.CREATE).deliveredLate();
		latch.countDown();
		faults.deliverLate();
		assertThat(latch.remaining()).isEqualTo(8);
	}

	@Test
	void countThatMayHaveBeenMadeIsNotSaidToHaveFailed() {
		Coordinator coordinator = newCoordinator();
		FaultyBackend faults = fixture().faults(coordinator);
		Latch latch = coordinator.latch("a", 10);
		faults.on(Operation.CREATE).replyLost();
		faults.on(Operation.CREATE).always().unavailable();

		assertThatExceptionOfType(IndeterminateResultException.class).isThrownBy(latch::countDown);

		faults.heal();
		assertThat(latch.remaining()).isEqualTo(9);
	}

	@Test
	void waiterThatIsToldOfNothingLooksForItself() {
		Coordinator coordinator = newCoordinator();
		fixture().faults(coordinator).loseChanges();
		Worker<Boolean> waiter = Worker.startWaiting(() -> coordinator.latch("a", 1).await(LONG));

		newCoordinator().latch("a", 1).countDown();

		assertThat(waiter.result()).isTrue();
	}

	@Test
	void closedCoordinatorCountsNoMore() {
		Coordinator coordinator = newCoordinator();
		Latch latch = coordinator.latch("a", 1);

		coordinator.close();

		assertThatExceptionOfType(MisuseException.class).isThrownBy(latch::countDown);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(latch::remaining);
		assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> latch.await(LONG));
	}

}
