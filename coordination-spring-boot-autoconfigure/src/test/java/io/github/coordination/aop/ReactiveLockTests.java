package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.annotation.DistributedLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DistributedLock} methods that return a reactive type.
 */
class ReactiveLockTests extends AnnotationSupport {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final ApplicationContextRunner application = this.runner.withBean(ReactiveOrders.class);

	@Test
	void nothingHappensWithoutASubscription() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);

			orders.mono(null);

			assertThat(orders.state().entered.getCount()).isEqualTo(1);
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void lockIsHeldUntilTheMonoCompletes() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);

			CompletableFuture<FencingToken> result = orders.mono(null).toFuture();
			orders.state().await();
			assertThat(isFree(context, "orders")).isFalse();
			orders.state().work.tryEmitEmpty();

			assertThat(result.get(20, TimeUnit.SECONDS)).isNotNull();
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void lockIsHeldUntilTheFluxCompletes() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
			CountDownLatch first = new CountDownLatch(1);

			CompletableFuture<List<Integer>> result = orders.flux()
				.doOnNext((item) -> first.countDown())
				.collectList()
				.toFuture();
			assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(isFree(context, "orders")).isFalse();
			orders.state().work.tryEmitEmpty();

			assertThat(result.get(20, TimeUnit.SECONDS)).containsExactly(1, 2);
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void eachSubscriptionIsACallOfItsOwn() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
			orders.state().work.tryEmitEmpty();
			Mono<FencingToken> call = orders.mono(null);

			FencingToken first = call.block(LIMIT);
			FencingToken second = call.block(LIMIT);

			assertThat(second).isGreaterThan(first);
		});
	}

	@Test
	void subscriptionsExcludeEachOther() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);

			Long runs = Flux.range(0, 8).flatMap((i) -> orders.counted()).count().block(LIMIT);

			assertThat(runs).isEqualTo(8);
			assertThat(orders.state().mostInside).hasValue(1);
		});
	}

	@Test
	void threadThatMayNotBlockCanSubscribe() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
			assertThat(orders.mayBlock().subscribeOn(Schedulers.parallel()).block(LIMIT)).isTrue();
		});
	}

	@Test
	void failureGivesTheLockBack() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);

			assertThatIllegalStateException().isThrownBy(() -> orders.failing().block(LIMIT)).withMessage("no");

			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void methodThatThrowsGivesTheLockBack() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);

			assertThatIllegalStateException().isThrownBy(() -> orders.throwing().block(LIMIT)).withMessage("no");

			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void cancellingCancelsTheWorkAndGivesTheLockBack() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
			Disposable subscription = orders.mono(null).subscribe();
			orders.state().await();

			subscription.dispose();

			assertThat(orders.state().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
			Awaitility.await().until(() -> isFree(context, "orders"));
		});
	}

	@Test
	void cancellingWhileItWaitsLeavesTheQueue() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
			LockHandle held = context.getBean(Coordinator.class).lock("orders").acquire();
			Disposable subscription = orders.mono(null).subscribe();
			Awaitility.await().until(() -> !context.getBean(Coordinator.class).snapshot().waiting().isEmpty());

			subscription.dispose();
			Awaitility.await().until(() -> context.getBean(Coordinator.class).snapshot().waiting().isEmpty());
			held.close();

			Awaitility.await().until(() -> isFree(context, "orders"));
			assertThat(orders.state().entered.getCount()).isEqualTo(1);
		});
	}

	@Test
	void busyLockIsAnErrorSignal() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
			holding(context, "orders", () -> {
				assertThatExceptionOfType(LockNotAcquiredException.class)
					.isThrownBy(() -> orders.orThrow().block(LIMIT))
					.withMessageContaining("'orders'");
			});
		});
	}

	@Test
	void skippedCallIsEmpty() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
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
		onFragileStore(this.application, (context, store) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
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
		onFragileStore(this.application, (context, store) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
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
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);

			String result = orders.around(() -> orders.around(orders::trySingle)).block(LIMIT);

			assertThat(result).isEqualTo("ran");
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void subscriptionInsideOfACallPassesThrough() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);

			assertThat(orders.blocking(() -> orders.trySingle().blockOptional(LIMIT))).hasValue("ran");

			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void publisherOfTheJdkIsAdapted() {
		this.application.run((context) -> {
			ReactiveOrders orders = context.getBean(ReactiveOrders.class);
			CountDownLatch first = new CountDownLatch(1);

			CompletableFuture<List<Integer>> result = JdkFlowAdapter.flowPublisherToFlux(orders.published())
				.doOnNext((item) -> first.countDown())
				.collectList()
				.toFuture();
			assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(isFree(context, "orders")).isFalse();
			orders.state().work.tryEmitEmpty();

			assertThat(result.get(20, TimeUnit.SECONDS)).containsExactly(1);
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void futureThatIsCancelledIsNoneOfItsBusiness() {
		this.application.run((context) -> {
			CompletableFuture<FencingToken> result = context.getBean(ReactiveOrders.class).mono(null).toFuture();

			result.cancel(true);

			assertThatExceptionOfType(CancellationException.class).isThrownBy(result::join);
			Awaitility.await().until(() -> isFree(context, "orders"));
		});
	}

}
