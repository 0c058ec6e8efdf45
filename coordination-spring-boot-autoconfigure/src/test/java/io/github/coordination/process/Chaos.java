package io.github.coordination.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes that use everything at once while they are killed, stopped, woken and started
 * anew, in an order and at intervals that follow from a seed. In the end everybody is
 * left in peace, and then everything must work again and nothing be left.
 */
final class Chaos {

	private static final int PROCESSES = 4;

	private static final Duration PAUSE = Duration.ofMillis(5);

	private final ProcessesContract contract;

	private final Random random;

	private final List<CoordinatorProcess> processes = new ArrayList<>();

	/** Who is stopped, and until when. */
	private final Map<CoordinatorProcess, Long> stopped = new LinkedHashMap<>();

	private int kills;

	private int stops;

	Chaos(ProcessesContract contract, long seed) {
		this.contract = contract;
		this.random = new Random(seed);
	}

	void run(Duration time) {
		addProcesses(PROCESSES);
		long end = System.nanoTime() + time.toNanos();
		while (System.nanoTime() - end < 0) {
			disturb();
			ProcessesContract.pass(Duration.ofMillis(20 + this.random.nextInt(400)));
			wake(false);
		}
		wake(true);
		requireWorking();
		requireDrained();
		System.out
			.println("chaos: " + this.kills + " kills, " + this.stops + " stops, " + this.contract.history().summary());
	}

	private void disturb() {
		CoordinatorProcess chosen = this.processes.get(this.random.nextInt(PROCESSES));
		int what = this.random.nextInt(10);
		if (what < 4) {
			this.processes.remove(chosen);
			this.stopped.remove(chosen);
			chosen.kill();
			this.kills++;
			addProcesses(1);
		}
		else if (what < 8 && this.stopped.size() < PROCESSES - 1 && !this.stopped.containsKey(chosen)) {
			long longest = this.contract.ttl().multipliedBy(2).toMillis();
			// most are short: long ones of a holder leave the others nothing to do
			double share = Math.pow(this.random.nextDouble(), 3);
			chosen.stop();
			this.stops++;
			this.stopped.put(chosen, System.nanoTime() + Duration.ofMillis(10 + (long) (longest * share)).toNanos());
		}
	}

	private void wake(boolean all) {
		this.stopped.entrySet().removeIf((each) -> {
			boolean due = all || System.nanoTime() - each.getValue() >= 0;
			if (due) {
				each.getKey().resume();
			}
			return due;
		});
	}

	private void addProcesses(int count) {
		for (CoordinatorProcess process : this.contract.startConnecting(count, this.contract.ttl())) {
			// nobody waits for the answers: who is stopped may be in the way
			this.processes.add(process);
			this.contract.startCounting(process, "lock/a", 2, PAUSE);
			this.contract.startCounting(process, "lock/b", 1, PAUSE);
			process.tell("run-for", "e");
			process.tell("join", "g");
			process.tell("partition", "g");
		}
	}

	private void requireWorking() {
		this.processes.forEach(this.contract::awaitCounting);
		this.contract.eventually().until(() -> this.processes.stream().filter((each) -> each.leads("e")).count() == 1);
		this.contract.eventually()
			.untilAsserted(() -> assertThat(this.processes.get(0).names("members", "g"))
				.containsExactlyInAnyOrder(ProcessesContract.ids(this.processes.toArray(CoordinatorProcess[]::new))));
		this.contract.eventually()
			.until(() -> this.processes.stream()
				.mapToInt((each) -> each.names("mine", "g").size())
				.sum() == ProcessesContract.slots());
	}

	private void requireDrained() {
		this.processes.forEach((each) -> each.ask("end-count"));
		if (!this.contract.livesByTtl()) {
			// elsewhere a process that was stopped for too long may write in the middle
			// of another's turn
			this.contract.requireExactCount("lock/a", this.kills);
			this.contract.requireExactCount("lock/b", this.kills);
		}
		this.processes.forEach((each) -> each.answer(each.disconnect()));
		CoordinatorProcess fresh = this.contract.start();
		assertThat(fresh.tryAcquire("lock/a")).isPresent();
		assertThat(fresh.tryAcquire("lock/b")).isPresent();
		assertThat(fresh.names("candidates", "e")).isEmpty();
		assertThat(fresh.names("members", "g")).isEmpty();
		fresh.ask("join", "g");
		fresh.ask("partition", "g");
		this.contract.eventually().until(() -> fresh.names("mine", "g").size() == ProcessesContract.slots());
	}

}
