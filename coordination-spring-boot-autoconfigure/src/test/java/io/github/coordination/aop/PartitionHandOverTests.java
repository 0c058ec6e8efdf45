package io.github.coordination.aop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.coordination.LockLostException;
import io.github.coordination.annotation.OnRevoked;
import io.github.coordination.annotation.Partitioned;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Partitioned} calls that are running when their slot moves.
 */
class PartitionHandOverTests extends PartitionedSupport {

	private final ApplicationContextRunner workers = this.partitioned.withBean(Worker.class);

	@Test
	void slotIsGivenAwayOnlyWhenItsCallIsOver() {
		this.workers.run((first) -> {
			awaitSlots(first, 16);
			Worker here = first.getBean(Worker.class);
			CountDownLatch leave = new CountDownLatch(1);
			List<FutureTask<Boolean>> calls = keys().stream().map((key) -> begin(() -> here.work(key, leave))).toList();
			Awaitility.await().until(() -> here.inside() == calls.size());
			this.workers.run((second) -> {
				Awaitility.await().until(() -> members(second).size() == 2);
				Awaitility.await().until(() -> !partitioner(first).mine().containsAll(slots()));

				assertThat(partitioner(second).mine()).isEmpty();
				leave.countDown();

				awaitShared(first, second);
				for (FutureTask<Boolean> call : calls) {
					assertThat(call.get(20, TimeUnit.SECONDS)).isTrue();
				}
			});
		});
	}

	@Test
	void slotIsGivenAwayOnlyWhenTheFutureOfItsCallIsDone() {
		this.workers.run((first) -> {
			awaitSlots(first, 16);
			Worker here = first.getBean(Worker.class);
			CompletableFuture<String> work = new CompletableFuture<>();
			keys().forEach((key) -> here.future(key, work));
			this.workers.run((second) -> {
				Awaitility.await().until(() -> !partitioner(first).mine().containsAll(slots()));

				assertThat(partitioner(second).mine()).isEmpty();
				work.complete("done");

				awaitShared(first, second);
			});
		});
	}

	@Test
	void slotIsGivenAwayOnlyWhenTheWorkOfARevokedFutureIsDone() {
		this.workers.run((first) -> {
			awaitSlots(first, 16);
			Worker here = first.getBean(Worker.class);
			CompletableFuture<String> work = new CompletableFuture<>();
			List<CompletableFuture<String>> calls = keys().stream()
				.map((key) -> here.interruptibleFuture(key, work))
				.toList();
			this.workers.run((second) -> {
				Awaitility.await().until(() -> calls.stream().anyMatch(CompletableFuture::isCompletedExceptionally));

				assertThat(partitioner(second).mine()).isEmpty();
				assertThat(work).isNotDone();
				work.complete("done");

				awaitShared(first, second);
			});
		});
	}

	@Test
	void slotIsGivenAwayAfterTheTimeLimit() {
		this.workers.withPropertyValues("coordination.revocation-timeout=200ms").run((first) -> {
			awaitSlots(first, 16);
			Worker here = first.getBean(Worker.class);
			CountDownLatch leave = new CountDownLatch(1);
			List<FutureTask<Boolean>> calls = keys().stream().map((key) -> begin(() -> here.work(key, leave))).toList();
			Awaitility.await().until(() -> here.inside() == calls.size());
			this.workers.run((second) -> {
				awaitShared(first, second);
				leave.countDown();

				for (FutureTask<Boolean> call : calls) {
					assertThat(call.get(20, TimeUnit.SECONDS)).isTrue();
				}
			});
		});
	}

	@Test
	void revocationInterruptsTheCallsThatAskForIt() {
		this.workers.run((first) -> {
			awaitSlots(first, 16);
			Worker here = first.getBean(Worker.class);
			List<FutureTask<Boolean>> calls = keys().stream().map((key) -> begin(() -> {
				try {
					return here.interruptible(key);
				}
				catch (LockLostException ex) {
					return !Thread.currentThread().isInterrupted();
				}
			})).toList();
			Awaitility.await().until(() -> here.inside() == calls.size());
			this.workers.run((second) -> awaitShared(first, second));
			partitioner(first).close();

			for (FutureTask<Boolean> call : calls) {
				assertThat(call.get(20, TimeUnit.SECONDS)).isTrue();
			}
		});
	}

	@Test
	void keyHasOneOwnerWhileMembersComeAndGo() {
		Sections sections = new Sections();
		ApplicationContextRunner exclusive = this.partitioned.withBean(Exclusive.class, () -> new Exclusive(sections));
		exclusive.run((first) -> {
			FutureTask<Integer> here = callUntilClosed(first);
			for (int round = 0; round < 4; round++) {
				List<FutureTask<Integer>> there = new ArrayList<>();
				exclusive.run((second) -> {
					there.add(callUntilClosed(second));
					Awaitility.await().until(() -> second.getBean(Exclusive.class).runs() > 20);
					int before = first.getBean(Exclusive.class).runs();
					Awaitility.await().until(() -> first.getBean(Exclusive.class).runs() > before);
				});
				assertThat(there.get(0).get(20, TimeUnit.SECONDS)).isGreaterThan(20);
			}
			first.close();
			assertThat(here.get(20, TimeUnit.SECONDS)).isPositive();
		});

		assertThat(sections.most).hasValue(1);
	}

	private static FutureTask<Integer> callUntilClosed(AssertableApplicationContext context) {
		ConfigurableApplicationContext source = context.getSourceApplicationContext();
		Exclusive exclusive = context.getBean(Exclusive.class);
		return begin(() -> {
			while (source.isActive()) {
				keys().forEach(exclusive::handle);
			}
			return exclusive.runs();
		});
	}

	static class Worker implements Asking {

		private final List<String> inside = new CopyOnWriteArrayList<>();

		public int inside() {
			return this.inside.size();
		}

		@Override
		@Partitioned(group = "workers", key = "#key")
		public @Nullable Boolean runs(String key) {
			return true;
		}

		@Partitioned(group = "workers", key = "#key")
		public Boolean work(String key, CountDownLatch leave) throws InterruptedException {
			this.inside.add(key);
			leave.await();
			return true;
		}

		@Partitioned(group = "workers", key = "#key")
		public CompletableFuture<String> future(String key, CompletableFuture<String> work) {
			return work;
		}

		@Partitioned(group = "workers", key = "#key", onRevoked = OnRevoked.INTERRUPT)
		public CompletableFuture<String> interruptibleFuture(String key, CompletableFuture<String> work) {
			return work;
		}

		@Partitioned(group = "workers", key = "#key", onRevoked = OnRevoked.INTERRUPT)
		public Boolean interruptible(String key) {
			this.inside.add(key);
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				// what it makes of the interrupt does not matter
			}
			return false;
		}

	}

	/**
	 * What runs for each key, in all contexts.
	 */
	static class Sections {

		final Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();

		final AtomicInteger most = new AtomicInteger();

		void pass(String key) {
			AtomicInteger section = this.inside.computeIfAbsent(key, (name) -> new AtomicInteger());
			this.most.accumulateAndGet(section.incrementAndGet(), Math::max);
			LockSupport.parkNanos(3_000_000);
			this.most.accumulateAndGet(section.get(), Math::max);
			section.decrementAndGet();
		}

	}

	static class Exclusive {

		private final Sections sections;

		private final AtomicInteger runs = new AtomicInteger();

		Exclusive(Sections sections) {
			this.sections = sections;
		}

		public int runs() {
			return this.runs.get();
		}

		@Partitioned(group = "workers", key = "#key")
		public void handle(String key) {
			this.sections.pass(key);
			this.runs.incrementAndGet();
		}

	}

}
