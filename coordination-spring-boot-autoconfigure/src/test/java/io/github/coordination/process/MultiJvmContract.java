package io.github.coordination.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.process.CoordinatorProcess.Acquired;
import io.github.coordination.process.CoordinatorProcess.Killed;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds between processes that are killed, stopped, or neither. A backend's test
 * class extends it and supplies the url. A process that is stopped longer than the ttl
 * has lost everything where sessions live by it, and must know when it wakes; elsewhere
 * it goes on holding it, and nobody else may have got in.
 */
public abstract class MultiJvmContract extends KilledProcessContract {

	@Test
	void stoppedHolderNeverSharesTheLock() {
		List<CoordinatorProcess> processes = start(3, ttl());
		CoordinatorProcess holder = processes.get(0);
		CoordinatorProcess waiter = processes.get(1);
		Acquired first = holder.acquire("lock/a");
		CompletableFuture<Acquired> waiting = waiter.startAcquiring("lock/a");
		awaitPlaces("lock/a", 2);

		holder.stop();
		CompletableFuture<String> heldAfterWaking = holder.tell("held", "lock/a");

		if (livesByTtl()) {
			Acquired second = waiter.answer(waiting);
			assertThat(second.token()).isGreaterThan(first.token());
			holder.resume();
			assertThat(holder.answer(heldAfterWaking)).isEqualTo("false");
			assertThat(holder.release("lock/a")).isFalse();
			CompletableFuture<Acquired> again = holder.startAcquiring("lock/a");
			awaitPlaces("lock/a", 2);
			assertThat(again).isNotDone();
			assertThat(waiter.release("lock/a")).isTrue();
			assertThat(holder.answer(again).token()).isGreaterThan(second.token());
		}
		else {
			requireLasting(() -> !waiting.isDone() && processes.get(2).tryAcquire("lock/a").isEmpty());
			holder.resume();
			assertThat(holder.answer(heldAfterWaking)).isEqualTo("true");
			assertThat(waiting).isNotDone();
			assertThat(holder.release("lock/a")).isTrue();
			assertThat(waiter.answer(waiting).token()).isGreaterThan(first.token());
		}
	}

	@Test
	void stoppedWaiterKeepsItsPlaceOrQueuesAgain() {
		List<CoordinatorProcess> processes = start(3, ttl());
		CoordinatorProcess holder = processes.get(0);
		CoordinatorProcess stopped = processes.get(1);
		CoordinatorProcess last = processes.get(2);
		holder.acquire("lock/a");
		CompletableFuture<Acquired> waitingStopped = stopped.startAcquiring("lock/a");
		awaitPlaces("lock/a", 2);
		CompletableFuture<Acquired> waitingLast = last.startAcquiring("lock/a");
		awaitPlaces("lock/a", 3);

		stopped.stop();
		holder.release("lock/a");

		if (livesByTtl()) {
			Acquired second = last.answer(waitingLast);
			stopped.resume();
			awaitPlaces("lock/a", 2);
			assertThat(waitingStopped).isNotDone();
			assertThat(last.release("lock/a")).isTrue();
			assertThat(stopped.answer(waitingStopped).token()).isGreaterThan(second.token());
		}
		else {
			requireLasting(() -> !waitingLast.isDone() && holder.tryAcquire("lock/a").isEmpty());
			assertThat(holder.tryAcquire("lock/b")).isPresent();
			stopped.resume();
			Acquired second = stopped.answer(waitingStopped);
			assertThat(waitingLast).isNotDone();
			assertThat(stopped.release("lock/a")).isTrue();
			assertThat(last.answer(waitingLast).token()).isGreaterThan(second.token());
		}
	}

	@Test
	void stoppedLeaderAndMemberNeverSharesWhatItHas() {
		List<CoordinatorProcess> processes = start(2, ttl());
		CoordinatorProcess stopped = processes.get(0);
		CoordinatorProcess other = processes.get(1);
		for (int i = 0; i < 2; i++) {
			processes.get(i).ask("run-for", "e");
			awaitPlaces("election/e", i + 1);
			processes.get(i).ask("join", "g");
			processes.get(i).ask("partition", "g");
		}
		eventually().until(() -> owned(processes).size() == slots() + 1 && !owned(List.of(other)).isEmpty());
		List<String> others = owned(List.of(other));
		String leader = other.ask("leader", "e");
		assertThat(leader).startsWith(stopped.memberId());

		stopped.stop();
		CompletableFuture<String> leadsAfterWaking = stopped.tell("leads", "e");
		CompletableFuture<String> slotsAfterWaking = stopped.tell("mine", "g");

		if (livesByTtl()) {
			eventually().until(() -> owned(List.of(other)).size() == slots() + 1);
			assertThat(other.names("members", "g")).containsExactly(ids(other));
			assertThat(other.ask("leader", "e")).startsWith(other.memberId());
			stopped.resume();
			assertThat(stopped.answer(leadsAfterWaking)).isEqualTo("false");
			assertThat(stopped.answer(slotsAfterWaking)).isEqualTo(CoordinatorMain.NOTHING);
			eventually()
				.untilAsserted(() -> assertThat(other.names("candidates", "e")).containsExactly(ids(other, stopped)));
			eventually()
				.untilAsserted(() -> assertThat(other.names("members", "g")).containsExactly(ids(other, stopped)));
			eventually().until(() -> owned(List.of(stopped)).size() == slots() - others.size());
		}
		else {
			requireLasting(() -> !other.leads("e") && owned(List.of(other)).equals(others));
			stopped.resume();
			assertThat(stopped.answer(leadsAfterWaking)).isEqualTo("true");
			assertThat(stopped.answer(slotsAfterWaking).split(",")).hasSize(slots() - others.size());
			assertThat(other.ask("leader", "e")).isEqualTo(leader);
			assertThat(other.names("members", "g")).containsExactly(ids(stopped, other));
		}
	}

	@Test
	void processesAreServedInTheOrderInWhichTheyCame() {
		List<CoordinatorProcess> processes = new ArrayList<>(start(3));
		for (int round = 0; round < 3; round++) {
			Collections.rotate(processes, 1);
			Acquired last = processes.get(0).acquire("lock/a");
			CompletableFuture<Acquired> second = processes.get(1).startAcquiring("lock/a");
			awaitPlaces("lock/a", 2);
			CompletableFuture<Acquired> third = processes.get(2).startAcquiring("lock/a");
			awaitPlaces("lock/a", 3);

			processes.get(0).release("lock/a");
			Acquired next = processes.get(1).answer(second);
			assertThat(third).isNotDone();
			assertThat(next.token()).isGreaterThan(last.token());
			processes.get(1).release("lock/a");
			assertThat(processes.get(2).answer(third).token()).isGreaterThan(next.token());
			processes.get(2).release("lock/a");
		}
	}

	@Test
	void readersShareAndWriterWaitsForAllOfThem() {
		List<CoordinatorProcess> processes = start(4);
		CoordinatorProcess writer = processes.get(2);
		CoordinatorProcess late = processes.get(3);
		processes.get(0).acquire("read/a");
		processes.get(1).acquire("read/a");
		CompletableFuture<Acquired> writing = writer.startAcquiring("write/a");
		awaitPlaces("write/a", 3);
		CompletableFuture<Acquired> reading = late.startAcquiring("read/a");
		awaitPlaces("write/a", 4);

		processes.get(0).release("read/a");
		assertThat(processes.get(0).tryAcquire("read/a")).isEmpty();
		assertThat(writing).isNotDone();

		Killed killed = processes.get(1).kill();
		requireTakenOver("the write lock", killed, writer.answer(writing).instant());
		assertThat(reading).isNotDone();

		assertThat(writer.release("write/a")).isTrue();
		late.answer(reading);
		assertThat(writer.tryAcquire("write/a")).isEmpty();
		assertThat(writer.tryAcquire("read/a")).isPresent();
	}

	@Test
	void permitsAreSharedAmongProcesses() {
		List<CoordinatorProcess> processes = start(4);
		processes.get(0).acquire("permit/a/2");
		processes.get(1).acquire("permit/a/2");
		CompletableFuture<Acquired> third = processes.get(2).startAcquiring("permit/a/2");
		awaitPlaces("permit/a", 3);
		CompletableFuture<Acquired> fourth = processes.get(3).startAcquiring("permit/a/2");
		awaitPlaces("permit/a", 4);
		assertThat(third).isNotDone();

		Killed killed = processes.get(0).kill();
		requireTakenOver("the permit", killed, processes.get(2).answer(third).instant());
		assertThat(fourth).isNotDone();

		assertThat(processes.get(1).release("permit/a/2")).isTrue();
		processes.get(3).answer(fourth);
		assertThat(processes.get(1).tryAcquire("permit/a/2")).isEmpty();
	}

	@Test
	void barrierOpensWhenThreeProcessesHaveArrived() {
		List<CoordinatorProcess> processes = new ArrayList<>(start(3));
		for (int generation = 0; generation < 3; generation++) {
			List<CompletableFuture<String>> arrived = new ArrayList<>();
			for (CoordinatorProcess early : processes.subList(0, 2)) {
				arrived.add(arriveAtBarrier(early));
				awaitPlaces("barrier/a", arrived.size());
			}
			assertThat(arrived).noneMatch(CompletableFuture::isDone);

			long before = System.nanoTime();
			arrived.add(arriveAtBarrier(processes.get(2)));

			for (int i = 0; i < 3; i++) {
				requirePassed(processes.get(i).answer(arrived.get(i)), before);
			}
			Collections.rotate(processes, 1);
		}
	}

	@Test
	void killedPartyDoesNotCountAtTheBarrier() {
		List<CoordinatorProcess> processes = start(4);
		CoordinatorProcess victim = processes.get(0);
		arriveAtBarrier(victim);
		awaitPlaces("barrier/a", 1);
		victim.kill();
		awaitPlaces("barrier/a", 0);
		List<CompletableFuture<String>> arrived = new ArrayList<>();
		for (int i = 1; i < 3; i++) {
			arrived.add(arriveAtBarrier(processes.get(i)));
			awaitPlaces("barrier/a", i);
		}

		long before = System.nanoTime();
		arrived.add(arriveAtBarrier(processes.get(3)));

		for (int i = 0; i < 3; i++) {
			requirePassed(processes.get(i + 1).answer(arrived.get(i)), before);
		}
	}

	@Test
	void latchOpensWhenItWasCountedDownAndKeepsTheCountsOfTheDead() {
		List<CoordinatorProcess> processes = start(3);
		CompletableFuture<String> waiting = processes.get(0).tell("await-latch", "a", 3, Duration.ofMinutes(1));
		processes.get(1).ask("count-down", "a", 3);
		processes.get(2).ask("count-down", "a", 3);
		processes.get(2).kill();
		assertThat(processes.get(1).ask("missing", "a", 3)).isEqualTo("1");
		assertThat(waiting).isNotDone();

		long before = System.nanoTime();
		processes.get(1).ask("count-down", "a", 3);

		requirePassed(processes.get(0).answer(waiting), before);
		assertThat(processes.get(1).ask("missing", "a", 3)).isEqualTo("0");
	}

	@Test
	@Tag("cluster")
	void nothingIsSharedOrLostWhateverHappensToProcesses() {
		long seed = Long.getLong("coordination.test.seed", System.nanoTime());
		System.out.println("chaos: to repeat it, run with -Dcoordination.test.seed=" + seed);
		new Chaos(this, seed).run(Duration.parse(System.getProperty("coordination.test.chaos", "PT75S")));
	}

	/** Wait for longer than the ttl, and see that nothing changes meanwhile. */
	private void requireLasting(Callable<Boolean> condition) {
		Duration time = ttl().plus(ttl().dividedBy(6));
		Awaitility.await()
			.during(time)
			.atMost(time.plusSeconds(30))
			.pollInterval(Duration.ofMillis(50))
			.failFast("it changed while a process was stopped", () -> !condition.call())
			.until(() -> true);
	}

	private static CompletableFuture<String> arriveAtBarrier(CoordinatorProcess process) {
		return process.tell("await-barrier", "a", 3, Duration.ofMinutes(1));
	}

	private static void requirePassed(String answer, long before) {
		String[] words = answer.split(" ");
		assertThat(words[0]).isEqualTo("true");
		assertThat(Long.parseLong(words[1])).as("instant of passing").isGreaterThan(before);
	}

}
