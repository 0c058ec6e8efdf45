package io.github.coordination.aop;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.MisuseException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LockMode;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.test.memory.TestCoordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for methods that need several locks.
 */
class SeveralLocksTests extends AnnotationSupport {

	private final ApplicationContextRunner application = this.runner.withBean(Accounts.class);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void allAreHeldAndGivenBack() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);

			List<Boolean> inside = accounts.forth(() -> List.of(isFree(context, "a"), isFree(context, "b")));

			assertThat(inside).containsExactly(false, false);
			assertThat(isFree(context, "a")).isTrue();
			assertThat(isFree(context, "b")).isTrue();
		});
	}

	@Test
	void orderOfTheAnnotationsDoesNotMatter() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			List<Future<?>> calls = new ArrayList<>();

			for (int i = 0; i < 4; i++) {
				boolean forth = i % 2 == 0;
				calls.add(this.threads.submit(() -> {
					for (int round = 0; round < 200; round++) {
						Action<Boolean> action = () -> true;
						assertThat(forth ? accounts.forth(action) : accounts.back(action)).isTrue();
					}
					return null;
				}));
			}

			for (Future<?> call : calls) {
				call.get(60, TimeUnit.SECONDS);
			}
		});
	}

	@Test
	void noneIsKeptIfOneIsBusy() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			holding(context, "b", () -> {
				assertThat(accounts.tryBoth()).isNull();

				assertThat(isFree(context, "a")).isTrue();
			});
			assertThat(accounts.tryBoth()).isTrue();
		});
	}

	@Test
	void waitTimeIsThatOfAllTogetherByTheCoordinatorsClock() {
		// with this ttl nobody looks again by himself while the test runs
		CoordinatorOptions options = CoordinatorOptions.of("local:test").withTtl(Duration.ofMinutes(10));
		try (TestCoordination coordination = TestCoordination.create(options)) {
			this.application.withBean(Coordinator.class, coordination::coordinator).run((context) -> {
				coordination.stopClock();
				LockHandle first = coordination.holdLock("a");
				coordination.holdLock("b");
				AtomicReference<Thread> waiter = new AtomicReference<>();
				Future<?> call = this.threads.submit(() -> {
					waiter.set(Thread.currentThread());
					context.getBean(Accounts.class).waitLong();
				});
				Awaitility.await()
					.until(() -> waiter.get() != null && waiter.get().getState() == Thread.State.TIMED_WAITING);

				coordination.advance(Duration.ofMinutes(4));
				first.close();
				Awaitility.await()
					.until(() -> coordination.lockHolder("a")
						.equals(Optional.of(coordination.coordinator().memberId())));
				coordination.advance(Duration.ofMinutes(1));

				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> call.get(20, TimeUnit.SECONDS))
					.withCauseInstanceOf(LockNotAcquiredException.class)
					.withMessageContaining("a, b");
			});
		}
	}

	@Test
	void partIsSharedAndTheRestIsTaken() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);

			accounts.second(() -> {
				accounts.withHandle((handle) -> {
					assertThat(handle.name()).isEqualTo("a, b");
					assertThat(handle.fencingToken("b")).isNotNull();
					assertThat(isFree(context, "a")).isFalse();
				}, null);
				assertThat(isFree(context, "a")).isTrue();
				assertThat(isFree(context, "b")).isFalse();
				return true;
			});

			assertThat(isFree(context, "b")).isTrue();
		});
	}

	@Test
	void callThatDoesNotRunDoesNotHoldForItsLeastTime() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			holding(context, "b", () -> {
				assertThat(accounts.tryBothForLong()).isNull();

				assertThat(isFree(context, "a")).isTrue();
			});
		});
	}

	@Test
	void handleHasATokenForEach() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);

			accounts.withHandle((handle) -> {
				assertThat(handle.name()).isEqualTo("a, b");
				assertThat(handle.isHeld()).isTrue();
				assertThat(handle.remaining()).isPositive();
				assertThat(handle.fencingToken("a")).isNotNull();
				assertThat(handle.fencingToken("b")).isNotNull();
				assertThatExceptionOfType(MisuseException.class).isThrownBy(handle::fencingToken);
				assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> handle.fencingToken("c"));

				assertThat(handle.release()).isTrue();

				assertThat(handle.isHeld()).isFalse();
				assertThat(isFree(context, "a")).isTrue();
				assertThat(isFree(context, "b")).isTrue();
			}, null);
		});
	}

	@Test
	void whatIsHeldAlreadyPassesThrough() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);

			Boolean ran = accounts.second(() -> accounts.forth(() -> accounts.first(() -> true)));

			assertThat(ran).isTrue();
			assertThat(isFree(context, "a")).isTrue();
			assertThat(isFree(context, "b")).isTrue();
		});
	}

	@Test
	void modesMayDiffer() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);

			List<Boolean> inside = accounts.mixed(() -> List.of(isFree(context, "a"), isFree(context, "b"),
					this.threads.submit(() -> isReadable(context, "b")).get(20, TimeUnit.SECONDS)));

			assertThat(inside).containsExactly(false, false, true);
		});
	}

	@Test
	void keysThatNameTheSameLockTakeItOnce() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);

			assertThat(accounts.transfer(4711, 4711, null)).isEqualTo("account:4711");
			assertThat(accounts.transfer(2, 1, null)).isEqualTo("account:1, account:2");
		});
	}

	@Test
	void ownAnnotationsAddUp() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);

			List<Boolean> inside = accounts.composed(() -> List.of(isFree(context, "a"), isFree(context, "b")));

			assertThat(inside).containsExactly(false, false);
		});
	}

	@Test
	void methodReplacesItsClass() {
		this.application.withBean(Guarded.class).run((context) -> {
			Guarded guarded = context.getBean(Guarded.class);

			assertThat(guarded.byClass(() -> List.of(isFree(context, "a"), isFree(context, "b"), isFree(context, "c"))))
				.containsExactly(false, false, true);
			assertThat(guarded.own(() -> List.of(isFree(context, "a"), isFree(context, "b"), isFree(context, "c"))))
				.containsExactly(true, true, false);
		});
	}

	@Test
	void allAreHeldUntilTheFutureCompletes() {
		this.application.run((context) -> {
			CompletableFuture<String> work = new CompletableFuture<>();

			CompletableFuture<String> result = context.getBean(Accounts.class).future(work);
			assertThat(isFree(context, "a")).isFalse();
			assertThat(isFree(context, "b")).isFalse();
			work.complete("done");

			assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(isFree(context, "a")).isTrue();
			assertThat(isFree(context, "b")).isTrue();
		});
	}

	@Test
	void lossOfOneInterruptsTheCall() {
		onFragileStore(this.application, (context, store) -> {
			Accounts accounts = context.getBean(Accounts.class);
			CountDownLatch entered = new CountDownLatch(1);
			Future<?> call = this.threads.submit(() -> {
				assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> accounts.forth(() -> {
					entered.countDown();
					new CountDownLatch(1).await();
					return true;
				})).withMessageContaining("'a'");
				assertThat(Thread.currentThread().isInterrupted()).isFalse();
			});
			assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

			store.backend().endSessions();

			call.get(20, TimeUnit.SECONDS);
			// until there is a new session
			Awaitility.await().ignoreExceptions().until(() -> isFree(context, "a") && isFree(context, "b"));
		});
	}

	private static boolean isReadable(ApplicationContext context, String name) {
		return context.getBean(Coordinator.class)
			.readWriteLock(name)
			.readLock()
			.tryAcquire()
			.map(LockHandle::release)
			.orElse(false);
	}

	interface HandleCheck {

		void run(LockHandle handle);

	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock("b")
	@interface LockB {

	}

	static class Accounts {

		@DistributedLock("a")
		@DistributedLock("b")
		public <T> T forth(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock("b")
		@DistributedLock("a")
		public <T> T back(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock("a")
		public <T> T first(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock("b")
		public <T> T second(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock(name = "a", onBusy = OnBusy.SKIP)
		@DistributedLock(name = "b", onBusy = OnBusy.SKIP)
		public @Nullable Boolean tryBoth() {
			return true;
		}

		@DistributedLock(name = "a", waitTime = "5m")
		@DistributedLock(name = "b", waitTime = "5m")
		public void waitLong() {
		}

		@DistributedLock(name = "a", onBusy = OnBusy.SKIP, atLeastFor = "1h")
		@DistributedLock(name = "b", onBusy = OnBusy.SKIP, atLeastFor = "1h")
		public @Nullable Boolean tryBothForLong() {
			return true;
		}

		@DistributedLock("a")
		@DistributedLock("b")
		public void withHandle(HandleCheck check, @Nullable LockHandle handle) {
			assertThat(handle).isNotNull();
			check.run(handle);
		}

		@DistributedLock("a")
		@DistributedLock(name = "b", mode = LockMode.SHARED)
		public <T> T mixed(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock(name = "account", key = "#from")
		@DistributedLock(name = "account", key = "#to")
		public String transfer(int from, int to, @Nullable LockHandle handle) {
			assertThat(handle).isNotNull();
			return handle.name();
		}

		@DistributedLock("a")
		@LockB
		public <T> T composed(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock("a")
		@DistributedLock("b")
		public CompletableFuture<String> future(CompletableFuture<String> work) {
			return work;
		}

	}

	@DistributedLock("a")
	@DistributedLock("b")
	static class Guarded {

		public <T> T byClass(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock("c")
		public <T> T own(Action<T> action) throws Exception {
			return action.run();
		}

	}

}
