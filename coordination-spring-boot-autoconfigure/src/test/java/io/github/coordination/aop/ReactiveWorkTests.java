package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.LockLostException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the thread on which {@link DistributedLock} methods run that return a
 * reactive type, and for work that runs on it.
 */
class ReactiveWorkTests extends AnnotationSupport {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final int THREADS = 8;

	private final ApplicationContextRunner application = this.runner.withBean(Ledger.class).withBean(Orders.class);

	@Test
	void threadOfASubscriptionDoesNotKeepWhatTheSubscriberHolds() {
		this.application.run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			Orders orders = context.getBean(Orders.class);

			List<Optional<Boolean>> passed = ledger.within(() -> {
				assertThat(orders.rates().block(LIMIT)).isEqualTo("rates");
				// at the same time, so that each thread is used that there is
				CountDownLatch together = new CountDownLatch(THREADS);
				CompletableFuture<String> work = new CompletableFuture<>();
				List<CompletableFuture<Optional<Boolean>>> unrelated = IntStream.range(0, THREADS)
					.mapToObj((number) -> orders.unrelated(number, work).thenApply((done) -> {
						orders.state().meet(together);
						return Optional.ofNullable(ledger.tryOnce());
					}))
					.toList();
				work.complete("done");
				return unrelated.stream().map((each) -> each.orTimeout(20, TimeUnit.SECONDS).join()).toList();
			});

			assertThat(passed).hasSize(THREADS).containsOnly(Optional.empty());
		});
	}

	@Test
	void cancellingInterruptsWorkThatRunsAtOnceAndWaitsForIt() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			Disposable subscription = orders.working().subscribe();
			orders.state().await(orders.state().entered);

			subscription.dispose();

			orders.state().await(orders.state().interrupted);
			assertThat(isFree(context, "orders")).isFalse();
			orders.state().leave.countDown();
			Awaitility.await().until(() -> isFree(context, "orders"));
		});
	}

	@Test
	void lossInterruptsWorkThatRunsAtOnceAndWaitsForIt() {
		onFragileStore(this.application, (context, store) -> {
			Orders orders = context.getBean(Orders.class);
			CompletableFuture<String> result = orders.working().toFuture();
			orders.state().await(orders.state().entered);

			store.backend().endSessions();

			orders.state().await(orders.state().interrupted);
			assertThat(result).isNotDone();
			orders.state().leave.countDown();
			assertThat(result).failsWithin(LIMIT)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(LockLostException.class);
		});
	}

	@Test
	void maxHoldInterruptsWorkThatRunsAtOnce() {
		this.application.withPropertyValues("coordination.max-hold=100ms").run((context) -> {
			Orders orders = context.getBean(Orders.class);
			AtomicReference<CompletableFuture<List<String>>> result = new AtomicReference<>();
			// again if its time was over before its work had begun
			Awaitility.await().atMost(LIMIT).until(() -> {
				if (result.get() == null || result.get().isDone()) {
					result.set(orders.workingMany().collectList().toFuture());
				}
				return orders.state().entered.getCount() == 0;
			});

			orders.state().await(orders.state().interrupted);
			orders.state().leave.countDown();

			assertThat(result.get()).failsWithin(LIMIT)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(LockLostException.class)
				.withMessageContaining("maxHold");
		});
	}

	@Test
	void workThatEndsItsOwnSubscriptionIsNotInterrupted() {
		this.application.run((context) -> {
			Mono<Boolean> first = context.getBean(Orders.class)
				.many()
				.next()
				.map((item) -> Thread.currentThread().isInterrupted());

			assertThat(first.block(LIMIT)).isFalse();

			Awaitility.await().until(() -> isFree(context, "orders"));
		});
	}

	@Test
	void lockIsFreeWhenTheSubscriberHasTheResultOfWorkThatRunsAtOnce() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			Boolean free = orders.rates().map((rates) -> isFree(context, "orders")).block(LIMIT);

			assertThat(free).isTrue();
		});
	}

	static class State {

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch interrupted = new CountDownLatch(1);

		final CountDownLatch leave = new CountDownLatch(1);

		void await(CountDownLatch latch) throws InterruptedException {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}

		void meet(CountDownLatch latch) {
			latch.countDown();
			try {
				await(latch);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		String work() throws InterruptedException {
			this.entered.countDown();
			try {
				this.leave.await();
			}
			catch (InterruptedException ex) {
				this.interrupted.countDown();
				this.leave.await();
			}
			return "worked";
		}

	}

	static class Ledger {

		@DistributedLock("ledger")
		public <T> T within(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock(name = "ledger", onBusy = OnBusy.SKIP)
		public @Nullable Boolean tryOnce() {
			return true;
		}

	}

	static class Orders {

		private final State state = new State();

		public State state() {
			return this.state;
		}

		@DistributedLock("orders")
		public Mono<String> rates() {
			return Mono.just("rates");
		}

		@DistributedLock("orders")
		public Flux<String> many() {
			return Flux.just("one", "two");
		}

		@DistributedLock("orders")
		public Mono<String> working() {
			return Mono.fromCallable(this.state::work);
		}

		@DistributedLock("orders")
		public Flux<String> workingMany() {
			return Flux.just("one").map((item) -> {
				try {
					return this.state.work();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			});
		}

		@DistributedLock(name = "unrelated", key = "#number")
		public CompletableFuture<String> unrelated(int number, CompletableFuture<String> work) {
			return work;
		}

	}

}
