package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.Member;
import io.github.coordination.MisuseException;
import io.github.coordination.Partitioner;
import io.github.coordination.annotation.GroupMember;
import io.github.coordination.annotation.OnOther;
import io.github.coordination.annotation.OnRevoked;
import io.github.coordination.annotation.Partitioned;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.event.PartitionsChangedEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Partitioned}, and for the groups it joins.
 */
class PartitionedTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID(), "coordination.slots=16");

	private final ApplicationContextRunner workers = this.runner.withBean(Worker.class);

	@Test
	void onlyMemberRunsEverything() {
		this.workers.run((context) -> {
			awaitSlots(context, 16);

			assertThat(keys()).allMatch((key) -> context.getBean(Worker.class).handle(key) != null);
		});
	}

	@Test
	void keysAreSharedAmongMembers() {
		this.workers.run((first) -> {
			awaitSlots(first, 16);
			this.workers.run((second) -> {
				awaitShared(first, second);
				Worker here = first.getBean(Worker.class);
				Worker there = second.getBean(Worker.class);

				List<String> hereToo = keys().stream().filter((key) -> here.handle(key) != null).toList();
				List<String> thereToo = keys().stream().filter((key) -> there.handle(key) != null).toList();

				assertThat(hereToo).isNotEmpty().doesNotContainAnyElementsOf(thereToo);
				assertThat(thereToo).isNotEmpty();
				assertThat(hereToo.size() + thereToo.size()).isEqualTo(keys().size());
			});
		});
	}

	@Test
	void whatDoesNotRunReturnsWhatMeansNothingOrThrows() {
		this.workers.withPropertyValues("coordination.auto-join=false").run((context) -> {
			Worker worker = context.getBean(Worker.class);

			assertThat(worker.handle("a")).isNull();
			assertThat(worker.optional("a")).isEmpty();
			assertThat(worker.mono("a").blockOptional(Duration.ofSeconds(20))).isEmpty();
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> worker.orThrow("a"))
				.withMessageContaining("'workers'");
			assertThatExceptionOfType(LockNotAcquiredException.class)
				.isThrownBy(() -> worker.monoOrThrow("a").block(Duration.ofSeconds(20)));
		});
	}

	@Test
	void joiningCanBeLeftToTheApplication() {
		this.workers.withPropertyValues("coordination.auto-join=false").run((context) -> {
			assertThat(members(context)).isEmpty();

			context.getBean(Coordinator.class).group("workers").join();

			awaitSlots(context, 16);
			assertThat(context.getBean(Worker.class).handle("a")).isTrue();
		});
	}

	@Test
	void tokenOfTheSlotIsFilledIn() {
		this.workers.run((context) -> {
			awaitSlots(context, 16);

			FencingToken token = context.getBean(Worker.class).token("a", null);

			assertThat(token).isEqualTo(partitioner(context).fencingToken("a"));
		});
	}

	@Test
	void keyThatNamesNothingIsRefused() {
		this.workers.run((context) -> assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> context.getBean(Worker.class).handle(""))
			.withMessageContaining("null or empty"));
	}

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
	void slotsComeBackWhenTheContextStartsAgain() {
		this.workers.run((context) -> {
			awaitSlots(context, 16);
			context.stop();
			assertThat(context.getBean(Worker.class).handle("a")).isNull();
			context.start();

			Awaitility.await().until(() -> context.getBean(Worker.class).handle("a") != null);
		});
	}

	@Test
	void groupOfABeanThatIsMadeLaterIsJoinedThen() {
		this.runner.withUserConfiguration(LazyWorker.class).run((context) -> {
			assertThat(members(context)).isEmpty();

			Worker worker = context.getBean(Worker.class);

			assertThat(members(context)).hasSize(1);
			Awaitility.await().until(() -> worker.handle("a") != null);
		});
	}

	@Test
	void metadataComesFromTheMember() {
		this.workers.withBean(Heavy.class)
			.run((context) -> assertThat(members(context)).singleElement()
				.satisfies((member) -> assertThat(member.metadata()).containsEntry("weight", "2")));
	}

	@Test
	void changesAreEvents() {
		this.workers.withBean(Recorder.class).run((first) -> {
			awaitSlots(first, 16);
			Recorder recorder = first.getBean(Recorder.class);
			this.workers.run((second) -> {
				awaitShared(first, second);

				Awaitility.await()
					.until(() -> recorder.revoked.containsAll(partitioner(second).mine())
							&& recorder.assigned.containsAll(slots()));
			});
		});
	}

	private static List<String> keys() {
		return IntStream.range(0, 64).mapToObj((i) -> "key-" + i).toList();
	}

	private static List<Integer> slots() {
		return IntStream.range(0, 16).boxed().toList();
	}

	private static Partitioner partitioner(ApplicationContext context) {
		return context.getBean(Coordinator.class).partition("workers");
	}

	private static List<Member> members(ApplicationContext context) {
		return context.getBean(Coordinator.class).group("workers").members();
	}

	/** Wait until a process owns slots, and its calls know it. */
	private static void awaitSlots(ApplicationContext context, int number) {
		Awaitility.await().until(() -> partitioner(context).mine().size() == number);
		Awaitility.await()
			.until(() -> keys().stream()
				.filter((key) -> partitioner(context).isMine(key))
				.allMatch((key) -> context.getBean(Worker.class).handle(key) != null));
	}

	private static void awaitShared(ApplicationContext first, ApplicationContext second) {
		Awaitility.await().until(() -> {
			int here = partitioner(first).mine().size();
			int there = partitioner(second).mine().size();
			return here > 0 && there > 0 && here + there == 16;
		});
		awaitSlots(first, partitioner(first).mine().size());
		awaitSlots(second, partitioner(second).mine().size());
	}

	private static <T> FutureTask<T> begin(Callable<T> action) {
		FutureTask<T> task = new FutureTask<>(action);
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return task;
	}

	static class Worker {

		private final List<String> inside = new CopyOnWriteArrayList<>();

		public int inside() {
			return this.inside.size();
		}

		@Partitioned(group = "workers", key = "#key")
		public @Nullable Boolean handle(String key) {
			return true;
		}

		@Partitioned(group = "workers", key = "#key")
		public Optional<String> optional(String key) {
			return Optional.of("ran");
		}

		@Partitioned(group = "workers", key = "#key")
		public Mono<String> mono(String key) {
			return Mono.just("ran");
		}

		@Partitioned(group = "workers", key = "#key", onOther = OnOther.THROW)
		public boolean orThrow(String key) {
			return true;
		}

		@Partitioned(group = "workers", key = "#key", onOther = OnOther.THROW)
		public Mono<String> monoOrThrow(String key) {
			return Mono.just("ran");
		}

		@Partitioned(group = "workers", key = "#key")
		public @Nullable FencingToken token(String key, @Nullable FencingToken token) {
			return token;
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

	@GroupMember(group = "workers", metadata = "weight=2")
	static class Heavy {

	}

	static class Recorder {

		final List<Integer> assigned = new CopyOnWriteArrayList<>();

		final List<Integer> revoked = new CopyOnWriteArrayList<>();

		@EventListener
		void onChange(PartitionsChangedEvent event) {
			this.assigned.addAll(event.assigned());
			this.revoked.addAll(event.revoked());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyWorker {

		@Bean
		@Lazy
		Worker worker() {
			return new Worker();
		}

	}

}
