package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.OnLost;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.autoconfigure.FragileStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DistributedLock} methods that return a reactive type.
 */
class ReactiveLockTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID())
		.withBean(Orders.class);

	@Test
	void nothingHappensWithoutASubscription() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			orders.mono(null);

			assertThat(orders.state().entered.getCount()).isEqualTo(1);
			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void lockIsHeldUntilTheMonoCompletes() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			CompletableFuture<FencingToken> result = orders.mono(null).toFuture();
			orders.state().await();
			assertThat(isFree(context)).isFalse();
			orders.state().work.tryEmitEmpty();

			assertThat(result.get(20, TimeUnit.SECONDS)).isNotNull();
			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void lockIsHeldUntilTheFluxCompletes() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			CountDownLatch first = new CountDownLatch(1);

			CompletableFuture<List<Integer>> result = orders.flux()
				.doOnNext((item) -> first.countDown())
				.collectList()
				.toFuture();
			assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(isFree(context)).isFalse();
			orders.state().work.tryEmitEmpty();

			assertThat(result.get(20, TimeUnit.SECONDS)).containsExactly(1, 2);
			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void eachSubscriptionIsACallOfItsOwn() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			orders.state().work.tryEmitEmpty();
			Mono<FencingToken> call = orders.mono(null);

			FencingToken first = call.block(LIMIT);
			FencingToken second = call.block(LIMIT);

			assertThat(second).isGreaterThan(first);
		});
	}

	@Test
	void subscriptionsExcludeEachOther() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			Long runs = Flux.range(0, 8).flatMap((i) -> orders.counted()).count().block(LIMIT);

			assertThat(runs).isEqualTo(8);
			assertThat(orders.state().mostInside).hasValue(1);
		});
	}

	@Test
	void threadThatMayNotBlockCanSubscribe() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThat(orders.mayBlock().subscribeOn(Schedulers.parallel()).block(LIMIT)).isTrue();
		});
	}

	@Test
	void failureGivesTheLockBack() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThatIllegalStateException().isThrownBy(() -> orders.failing().block(LIMIT)).withMessage("no");

			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void methodThatThrowsGivesTheLockBack() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThatIllegalStateException().isThrownBy(() -> orders.throwing().block(LIMIT)).withMessage("no");

			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void cancellingCancelsTheWorkAndGivesTheLockBack() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			Disposable subscription = orders.mono(null).subscribe();
			orders.state().await();

			subscription.dispose();

			assertThat(orders.state().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
			Awaitility.await().until(() -> isFree(context));
		});
	}

	@Test
	void cancellingWhileItWaitsLeavesTheQueue() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			LockHandle held = context.getBean(Coordinator.class).lock("orders").acquire();
			Disposable subscription = orders.mono(null).subscribe();
			Awaitility.await().until(() -> !context.getBean(Coordinator.class).snapshot().waiting().isEmpty());

			subscription.dispose();
			Awaitility.await().until(() -> context.getBean(Coordinator.class).snapshot().waiting().isEmpty());
			held.close();

			Awaitility.await().until(() -> isFree(context));
			assertThat(orders.state().entered.getCount()).isEqualTo(1);
		});
	}

	@Test
	void busyLockIsAnErrorSignal() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			holding(context, "orders", () -> {
				assertThatExceptionOfType(LockNotAcquiredException.class)
					.isThrownBy(() -> orders.orThrow().block(LIMIT))
					.withMessageContaining("'orders'");
			});
		});
	}

	@Test
	void skippedCallIsEmpty() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			holding(context, "orders", () -> {
				assertThat(orders.trySingle().blockOptional(LIMIT)).isEmpty();
				assertThat(orders.tryMany().collectList().block(LIMIT)).isEmpty();
			});
			assertThat(orders.trySingle().block(LIMIT)).isEqualTo("ran");
			assertThat(orders.tryMany().collectList().block(LIMIT)).containsExactly("ran", "ran");
		});
	}

	@Test
	void lossFailsTheSubscriberAndCancelsTheWork() {
		onFragileStore((context, store) -> {
			Orders orders = context.getBean(Orders.class);
			CompletableFuture<FencingToken> result = orders.mono(null).toFuture();
			orders.state().await();

			store.backend().endSessions();

			assertThat(result).failsWithin(LIMIT)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(LockLostException.class);
			assertThat(orders.state().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
		});
	}

	@Test
	void lossIsOnlyToldIfAskedFor() {
		onFragileStore((context, store) -> {
			Orders orders = context.getBean(Orders.class);
			CompletableFuture<Boolean> result = orders.notified(null).toFuture();
			orders.state().await();

			store.backend().endSessions();
			Awaitility.await().until(() -> Boolean.TRUE.equals(orders.state().lost.getNow(false)));
			orders.state().work.tryEmitEmpty();

			assertThat(result.get(20, TimeUnit.SECONDS)).isTrue();
		});
	}

	@Test
	void subscriptionInsideOfAnotherPassesThrough() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			String result = orders.around(() -> orders.around(orders::trySingle)).block(LIMIT);

			assertThat(result).isEqualTo("ran");
			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void subscriptionInsideOfACallPassesThrough() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThat(orders.blocking(() -> orders.trySingle().blockOptional(LIMIT))).hasValue("ran");

			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void publisherOfTheJdkIsAdapted() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			CountDownLatch first = new CountDownLatch(1);

			CompletableFuture<List<Integer>> result = JdkFlowAdapter.flowPublisherToFlux(orders.published())
				.doOnNext((item) -> first.countDown())
				.collectList()
				.toFuture();
			assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(isFree(context)).isFalse();
			orders.state().work.tryEmitEmpty();

			assertThat(result.get(20, TimeUnit.SECONDS)).containsExactly(1);
			assertThat(isFree(context)).isTrue();
		});
	}

	@Test
	void futureThatIsCancelledIsNoneOfItsBusiness() {
		this.runner.run((context) -> {
			CompletableFuture<FencingToken> result = context.getBean(Orders.class).mono(null).toFuture();

			result.cancel(true);

			assertThatExceptionOfType(CancellationException.class).isThrownBy(result::join);
			Awaitility.await().until(() -> isFree(context));
		});
	}

	private static void holding(ApplicationContext context, String name, Step step) throws Exception {
		LockHandle held = context.getBean(Coordinator.class).lock(name).acquire();
		try {
			step.run();
		}
		finally {
			held.close();
		}
	}

	private static boolean isFree(ApplicationContext context) {
		return context.getBean(Coordinator.class).lock("orders").tryAcquire().map(LockHandle::release).orElse(false);
	}

	private void onFragileStore(FragileTest test) {
		FragileStore store = new FragileStore();
		this.runner.withBean(Coordinator.class, store::connect).run((context) -> test.run(context, store));
	}

	interface FragileTest {

		void run(ApplicationContext context, FragileStore store) throws Exception;

	}

	interface Step {

		void run() throws Exception;

	}

	interface Action<T> {

		T run() throws Exception;

	}

	static class State {

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch cancelled = new CountDownLatch(1);

		final Sinks.Empty<Void> work = Sinks.empty();

		final CompletableFuture<Boolean> lost = new CompletableFuture<>();

		final AtomicInteger inside = new AtomicInteger();

		final AtomicInteger mostInside = new AtomicInteger();

		void await() throws InterruptedException {
			assertThat(this.entered.await(20, TimeUnit.SECONDS)).isTrue();
		}

		Mono<Void> working() {
			return this.work.asMono()
				.doOnSubscribe((subscription) -> this.entered.countDown())
				.doOnCancel(this.cancelled::countDown);
		}

	}

	static class Orders {

		private final State state = new State();

		public State state() {
			return this.state;
		}

		@DistributedLock("orders")
		public Mono<FencingToken> mono(@Nullable FencingToken token) {
			assertThat(token).isNotNull();
			return this.state.working().thenReturn(token);
		}

		@DistributedLock("orders")
		public Mono<Boolean> mayBlock() {
			return Mono.just(!Schedulers.isInNonBlockingThread());
		}

		@DistributedLock("orders")
		public Flux<Integer> flux() {
			return Flux.just(1).concatWith(this.state.working().thenReturn(2));
		}

		@DistributedLock("orders")
		public Mono<Integer> counted() {
			return Mono.fromCallable(() -> {
				this.state.mostInside.accumulateAndGet(this.state.inside.incrementAndGet(), Math::max);
				return 1;
			}).delayElement(Duration.ofMillis(5)).doOnNext((one) -> this.state.inside.decrementAndGet());
		}

		@DistributedLock("orders")
		public Mono<String> failing() {
			return Mono.error(new IllegalStateException("no"));
		}

		@DistributedLock("orders")
		public Mono<String> throwing() {
			throw new IllegalStateException("no");
		}

		@DistributedLock(name = "orders", waitTime = "0")
		public Mono<String> orThrow() {
			return Mono.just("ran");
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
		public Mono<String> trySingle() {
			return Mono.just("ran");
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
		public Flux<String> tryMany() {
			return Flux.just("ran", "ran");
		}

		@DistributedLock(name = "orders", onLost = OnLost.NOTIFY)
		public Mono<Boolean> notified(@Nullable LockHandle handle) {
			assertThat(handle).isNotNull();
			handle.onLost(() -> this.state.lost.complete(true));
			return this.state.working().thenReturn(true);
		}

		@DistributedLock("orders")
		public Mono<String> around(Action<Mono<String>> action) throws Exception {
			return Mono.just("").flatMap((nothing) -> {
				try {
					return action.run();
				}
				catch (Exception ex) {
					return Mono.error(ex);
				}
			});
		}

		@DistributedLock("orders")
		public Optional<String> blocking(Action<Optional<String>> action) throws Exception {
			return action.run();
		}

		@DistributedLock("orders")
		public Flow.Publisher<Integer> published() {
			return JdkFlowAdapter.publisherToFlowPublisher(
					Flux.just(1).concatWith(this.state.working().thenReturn(2)).filter((item) -> item == 1));
		}

	}

}
