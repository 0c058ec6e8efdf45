package io.github.coordination.spi;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static io.github.coordination.spi.StoreFixture.bytes;
import static io.github.coordination.spi.StoreFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many attempts leave nothing behind: no entry, thread, descriptor or memory.
 */
interface EnduranceContract extends StoreFixture {

	@Test
	default void constructionStartsNothing() {
		Set<Thread> before = foreignThreads();
		int descriptors = descriptors();

		for (int i = 0; i < 10; i++) {
			newBackend();
		}

		assertThat(foreignThreads()).isSubsetOf(before);
		assertThat(descriptors()).isLessThan(descriptors + 10);
	}

	@Test
	default void thousandAttemptsLeaveAnEmptyQueue() {
		List<CoordinationBackend> clients = List.of(backend(), newBackend());
		Directory queue = queue("q");

		Threads.run(4, (thread) -> {
			Random random = new Random(thread);
			for (int i = 0; i < 5; i++) {
				BackendSession session = newSession(clients.get((thread + i) % 2));
				List<Entry> entries = new ArrayList<>();
				for (int attempt = 0; attempt < 50; attempt++) {
					int maxAhead = random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(20);
					session.enqueue(queue, attempt(session), "x", bytes("v"), maxAhead)
						.ifPresent((placement) -> entries.add(placement.entry()));
					if (!entries.isEmpty() && random.nextBoolean()) {
						assertThat(session.delete(entries.remove(random.nextInt(entries.size())))).isTrue();
					}
				}
				leave(session, entries, (thread * 5 + i) % 4);
			}
		});

		eventually().until(() -> backend().list(queue).isEmpty());
		BackendSession last = newSession();
		assertThat(last.enqueue(queue, attempt(last), "x", bytes("v"), 0)).isPresent();
	}

	@Test
	default void cyclesLeaveNothingBehind() {
		BackendSession session = newSession();
		// long names: a name that is kept for every cycle shows in the heap
		String padding = "n".repeat(480);
		cycle(session, padding + "warm-up", Math.min(1000, cycles()));
		Set<Thread> threads = foreignThreads();
		int descriptors = descriptors();
		long heap = heap();

		cycle(session, padding, cycles());

		assertThat(session.entries()).isEmpty();
		assertThat(backend().list(queue(padding + 0))).isEmpty();
		assertThat(newThreads(threads)).hasSizeLessThan(5);
		assertThat(descriptors()).isLessThan(descriptors + 10);
		assertThat(heap() - heap).isLessThan(1_000_000 + cycles() * 250L);
	}

	@Test
	default void watchesLeaveNothingBehind() {
		String padding = "n".repeat(480);
		int watches = cycles() / 4;
		watch(padding + "warm-up", Math.min(500, watches));
		Set<Thread> threads = foreignThreads();
		int descriptors = descriptors();
		long heap = heap();

		watch(padding, watches);

		assertThat(newThreads(threads)).hasSizeLessThan(5);
		assertThat(descriptors()).isLessThan(descriptors + 10);
		assertThat(heap() - heap).isLessThan(500_000 + watches * 250L);
	}

	@Test
	default void busyQueueLeavesNothingBehind() {
		BackendSession session = newSession();
		Directory queue = queue("q");
		RecordingListener listener = new RecordingListener();
		try (Watch watch = newBackend().watch(queue("other"), listener)) {
			assertThat(watch).isNotNull();
			for (int i = 0; i < cycles() / 10; i++) {
				Placement placement = session.enqueue(queue, attempt(session), "x", bytes("v"), 0).orElseThrow();
				assertThat(session.delete(placement.entry())).isTrue();
			}
		}
		assertThat(session.entries()).isEmpty();
		assertThat(newBackend().list(queue)).isEmpty();
	}

	@Test
	default void clientsThatComeAndGoLeaveNothingBehind() {
		for (int i = 0; i < 10; i++) {
			comeAndGo(i);
		}
		Set<Thread> threads = foreignThreads();
		int descriptors = descriptors();

		for (int i = 0; i < 50; i++) {
			comeAndGo(i);
		}

		eventually().untilAsserted(() -> assertThat(newThreads(threads)).hasSizeLessThan(10));
		eventually().untilAsserted(() -> assertThat(descriptors()).isLessThan(descriptors + 10));
		assertThat(backend().list(queue("q"))).isEmpty();
	}

	private void comeAndGo(int number) {
		CoordinationBackend client = newBackend();
		BackendSession session = newSession(client);
		Watch watch = client.watch(queue("q"), (change) -> {
		});
		enqueue(session, queue("q"));
		if (number % 2 == 0) {
			watch.close();
		}
		session.close();
		client.close();
	}

	private void cycle(BackendSession session, String name, int cycles) {
		for (int i = 0; i < cycles; i++) {
			Directory queue = queue(name + i);
			Placement placement = session.enqueue(queue, attempt(session), "x", bytes("v"), 0).orElseThrow();
			assertThat(session.delete(placement.entry())).isTrue();
		}
	}

	private void watch(String name, int watches) {
		for (int i = 0; i < watches; i++) {
			backend().watch(queue(name + i), (change) -> {
			}).close();
		}
	}

	private void leave(BackendSession session, List<Entry> entries, int way) {
		switch (way) {
			case 0 -> session.close();
			case 1 -> kill(session);
			default -> {
				entries.forEach((entry) -> assertThat(session.delete(entry)).isTrue());
				assertThat(session.entries()).isEmpty();
			}
		}
	}

	private static Set<Thread> foreignThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !TestEnvironment.isOwnThread(thread))
			.collect(Collectors.toSet());
	}

	private static Set<Thread> newThreads(Set<Thread> before) {
		Set<Thread> threads = foreignThreads();
		threads.removeAll(before);
		return threads;
	}

	/** Open descriptors of this process where the system tells, else none. */
	private static int descriptors() {
		String[] open = new File("/proc/self/fd").list();
		return (open != null) ? open.length : 0;
	}

	private static long heap() {
		Runtime runtime = Runtime.getRuntime();
		long used = Long.MAX_VALUE;
		for (int i = 0; i < 4; i++) {
			System.gc();
			used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
		}
		return used;
	}

}
