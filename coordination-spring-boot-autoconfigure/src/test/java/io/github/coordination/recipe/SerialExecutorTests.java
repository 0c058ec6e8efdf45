package io.github.coordination.recipe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SerialExecutorTests {

	private final ExecutorService threads = Executors.newFixedThreadPool(4);

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void tasksRunInTheOrderTheyCame() {
		Queue<Runnable> handedOver = new ArrayDeque<>();
		SerialExecutor executor = new SerialExecutor(handedOver::add);
		List<Integer> ran = new ArrayList<>();

		IntStream.range(0, 10).forEach((i) -> executor.execute(() -> ran.add(i)));
		assertThat(ran).isEmpty();
		drain(handedOver);

		assertThat(ran).containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
	}

	@Test
	void taskMayHandOverAnother() {
		Queue<Runnable> handedOver = new ArrayDeque<>();
		SerialExecutor executor = new SerialExecutor(handedOver::add);
		List<String> ran = new ArrayList<>();

		executor.execute(() -> {
			executor.execute(() -> ran.add("third"));
			ran.add("first");
		});
		executor.execute(() -> ran.add("second"));
		drain(handedOver);

		assertThat(ran).containsExactly("first", "second", "third");
	}

	@Test
	void taskThatFailsDoesNotStopThoseBehindIt() {
		Queue<Runnable> handedOver = new ArrayDeque<>();
		SerialExecutor executor = new SerialExecutor(handedOver::add);
		List<String> ran = new ArrayList<>();

		executor.execute(() -> {
			throw new IllegalStateException("thrown by a task of a test");
		});
		executor.execute(() -> {
			throw new AssertionError("thrown by a task of a test");
		});
		executor.execute(() -> ran.add("last"));
		drain(handedOver);
		executor.execute(() -> ran.add("later"));
		drain(handedOver);

		assertThat(ran).containsExactly("last", "later");
	}

	@Test
	void tasksOfManyThreadsNeverOverlapAndNoneIsForgotten() throws InterruptedException {
		SerialExecutor executor = new SerialExecutor(this.threads);
		int tasks = 10_000;
		int[] counter = new int[1];
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(4 * tasks);

		List<Worker<Integer>> workers = IntStream.range(0, 4).mapToObj((thread) -> Worker.start(() -> {
			for (int i = 0; i < tasks; i++) {
				executor.execute(() -> {
					most.accumulateAndGet(running.incrementAndGet(), Math::max);
					counter[0]++;
					running.decrementAndGet();
					done.countDown();
				});
			}
			return tasks;
		})).toList();

		assertThat(workers).allMatch((worker) -> worker.result() == tasks);
		done.await();
		assertThat(counter[0]).isEqualTo(4 * tasks);
		assertThat(most).hasValue(1);
	}

	private static void drain(Queue<Runnable> handedOver) {
		for (Runnable task = handedOver.poll(); task != null; task = handedOver.poll()) {
			task.run();
		}
	}

}
