package io.github.coordination.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import io.github.coordination.process.CoordinatorProcess.Acquired;
import io.github.coordination.process.CoordinatorProcess.Killed;
import io.github.coordination.process.History.MemberChange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What becomes of the things of a process that is killed: somebody else has them within
 * the store's notice bound and a second, and never two at a time.
 */
public abstract class KilledProcessContract extends ProcessesContract {

	private static final int BATCH = 4;

	/**
	 * Return how many processes are killed at random instants.
	 * @return a multiple of four
	 */
	protected int rounds() {
		return livesByTtl() ? 8 : 20;
	}

	@Test
	void waitersFollowInOrderAsThoseAheadAreKilled() {
		List<CoordinatorProcess> processes = start(4);
		Acquired last = processes.get(0).acquire("lock/a");
		List<CompletableFuture<Acquired>> waiting = new ArrayList<>();
		for (int i = 1; i < 4; i++) {
			waiting.add(processes.get(i).startAcquiring("lock/a"));
			awaitPlaces("lock/a", i + 1);
		}

		for (int i = 1; i < 4; i++) {
			assertThat(waiting.subList(i - 1, 3)).noneMatch(CompletableFuture::isDone);
			Killed killed = processes.get(i - 1).kill();
			Acquired next = processes.get(i).answer(waiting.get(i - 1));
			requireTakenOver("the lock", killed, next.instant());
			assertThat(next.token()).isGreaterThan(last.token());
			last = next;
		}

		assertThat(processes.get(3).release("lock/a")).isTrue();
		assertThat(start().tryAcquire("lock/a")).isPresent();
	}

	@Test
	void killedProcessFreesEverythingAtOnce() {
		List<String> names = List.of("lock/a", "lock/b", "write/c", "read/d", "permit/e/1");
		List<CoordinatorProcess> processes = start(2);
		CoordinatorProcess victim = processes.get(0);
		CoordinatorProcess heir = processes.get(1);
		names.forEach(victim::acquire);
		Map<String, CompletableFuture<Acquired>> waiting = new LinkedHashMap<>();
		for (String name : names) {
			waiting.put(name, heir.startAcquiring(name.replace("read/", "write/")));
			awaitPlaces(name, 2);
		}
		assertThat(waiting.values()).noneMatch(CompletableFuture::isDone);

		Killed killed = victim.kill();

		waiting.forEach((name, grant) -> requireTakenOver(name, killed, heir.answer(grant).instant()));
	}

	@Test
	void killedWaiterBlocksNobody() {
		List<CoordinatorProcess> processes = start(3);
		processes.get(0).acquire("lock/a");
		processes.get(1).startAcquiring("lock/a");
		awaitPlaces("lock/a", 2);
		CompletableFuture<Acquired> last = processes.get(2).startAcquiring("lock/a");
		awaitPlaces("lock/a", 3);

		Killed killed = processes.get(1).kill();
		assertThat(last).isNotDone();
		processes.get(0).release("lock/a");

		requireTakenOver("the lock", killed, processes.get(2).answer(last).instant());
		processes.get(2).release("lock/a");
		assertThat(processes.get(0).tryAcquire("lock/a")).isPresent();
	}

	@Test
	void processesKilledWhileTheyAcquireAndReleaseLeaveNothingBehind() {
		CoordinatorProcess survivor = start();
		startCounting(survivor, "lock/a", 1);
		for (int round = 0; round < rounds(); round += BATCH) {
			List<CoordinatorProcess> victims = start(BATCH);
			victims.forEach((victim) -> startCounting(victim, "lock/a", 1));
			for (CoordinatorProcess victim : victims) {
				awaitCounting(victim);
				pass(Duration.ofNanos(ThreadLocalRandom.current().nextLong(20_000_000)));
				awaitTakenOver("lock/a", victim.kill());
			}
		}

		awaitCounting(survivor);
		survivor.ask("end-count");
		awaitFree(survivor);
		requireExactCount("lock/a", rounds());
	}

	@Test
	void countsUnderALockAreExactWhoeverIsKilled() {
		List<CoordinatorProcess> processes = new ArrayList<>(start(3));
		processes.forEach((process) -> startCounting(process, "lock/a", 3));
		for (int round = 0; round < 3; round++) {
			processes.forEach(this::awaitCounting);
			awaitTakenOver("lock/a", processes.remove(0).kill());
			CoordinatorProcess next = start();
			startCounting(next, "lock/a", 3);
			processes.add(next);
		}
		processes.forEach(this::awaitCounting);

		processes.forEach((process) -> process.ask("end-count"));

		awaitFree(processes.get(0));
		requireExactCount("lock/a", 3);
	}

	@Test
	void killedLeaderIsFollowedUnderALargerTerm() {
		List<CoordinatorProcess> processes = start(3);
		for (int i = 0; i < 3; i++) {
			processes.get(i).ask("run-for", "e");
			awaitPlaces("election/e", i + 1);
		}
		eventually().until(() -> processes.get(0).leads("e"));
		assertThat(processes).filteredOn((process) -> process.leads("e")).containsExactly(processes.get(0));
		String[] first = processes.get(2).ask("leader", "e").split(" ");
		assertThat(first[0]).isEqualTo(processes.get(0).memberId());

		Killed killed = processes.get(0).kill();

		eventually().until(() -> processes.get(1).leads("e"));
		awaitTakenOver("election/e", killed);
		assertThat(processes.get(2).leads("e")).isFalse();
		String[] second = processes.get(2).ask("leader", "e").split(" ");
		assertThat(second[0]).isEqualTo(processes.get(1).memberId());
		assertThat(Long.parseLong(second[1])).isGreaterThan(Long.parseLong(first[1]));
		assertThat(processes.get(2).names("candidates", "e")).containsExactly(ids(processes.get(1), processes.get(2)));
	}

	@Test
	void killedMemberLeavesItsGroup() {
		List<CoordinatorProcess> processes = start(3);
		CoordinatorProcess watcher = processes.get(0);
		CoordinatorProcess victim = processes.get(2);
		processes.forEach((process) -> process.ask("join", "g"));
		assertThat(watcher.names("members", "g")).containsExactly(ids(processes.toArray(CoordinatorProcess[]::new)));
		eventually().until(() -> history().memberChanges(watcher.id()).size() == 3);

		Killed killed = victim.kill();

		eventually().until(() -> history().memberChanges(watcher.id()).size() > 3);
		MemberChange left = history().memberChanges(watcher.id()).get(3);
		requireTakenOver("the membership", killed, left.instant());
		assertThat(watcher.names("members", "g")).containsExactly(ids(watcher, processes.get(1)));
		assertThat(history().memberChanges(watcher.id())).extracting(MemberChange::kind, MemberChange::member)
			.containsExactly(tuple(History.JOINED, watcher.memberId()),
					tuple(History.JOINED, processes.get(1).memberId()), tuple(History.JOINED, victim.memberId()),
					tuple(History.LEFT, victim.memberId()));
	}

	@Test
	void slotsOfAKilledMemberAreTakenOver() {
		List<CoordinatorProcess> processes = start(3);
		for (CoordinatorProcess process : processes) {
			process.ask("join", "g");
			process.ask("partition", "g");
		}
		eventually().until(() -> owned(processes).size() == slots()
				&& processes.stream().noneMatch((process) -> owned(List.of(process)).isEmpty()));
		CoordinatorProcess victim = processes.get(2);
		List<String> orphaned = owned(List.of(victim));
		List<CoordinatorProcess> others = processes.subList(0, 2);

		Killed killed = victim.kill();

		eventually().until(() -> owned(others).size() == slots());
		assertThat(killed.names()).containsExactlyInAnyOrderElementsOf(orphaned);
		orphaned.forEach((slot) -> awaitTakenOver(slot, killed));
		assertThat(owned(others)).doesNotHaveDuplicates();
	}

	/** Wait for the places of those killed last; one that stays for ever is an orphan. */
	private void awaitFree(CoordinatorProcess process) {
		eventually().until(() -> process.tryAcquire("lock/a").isPresent());
	}

}
