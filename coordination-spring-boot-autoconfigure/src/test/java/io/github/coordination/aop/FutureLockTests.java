package io.github.coordination.aop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.LockLostException;
import io.github.coordination.annotation.DistributedLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for when {@link DistributedLock} calls are over that have returned a future.
 */
class FutureLockTests extends AnnotationSupport {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final ApplicationContextRunner application = this.runner.withBean(Orders.class).withBean(Stock.class);

	private final CompletableFuture<String> work = new CompletableFuture<>();

	@Test
	void futureOfANestedCallOutlivesTheOuterOne() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			AtomicReference<CompletableFuture<String>> returned = new AtomicReference<>();

			orders.inside(() -> {
				returned.set(orders.future(this.work));
				return true;
			});
			assertThat(isFree(context, "orders")).isFalse();
			this.work.complete("done");

			assertThat(returned.get().get(20, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void lockIsHeldUntilTheFutureCompletes() {
		this.application.run((context) -> {
			CompletableFuture<String> returned = context.getBean(Orders.class).future(this.work);

			assertThat(returned).isNotDone();
			assertThat(isFree(context, "orders")).isFalse();
			this.work.complete("done");
			assertThat(returned.get(20, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void failedFutureGivesTheLockBack() {
		this.application.run((context) -> {
			CompletableFuture<String> returned = context.getBean(Orders.class).future(this.work);
			this.work.completeExceptionally(new IllegalArgumentException("no"));

			assertThat(returned).failsWithin(LIMIT)
				.withThrowableThat()
				.havingRootCause()
				.isInstanceOf(IllegalArgumentException.class);
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void cancellingTheFutureCancelsTheWork() {
		this.application.run((context) -> {
			CompletableFuture<String> stoppable = new StoppableFuture();

			context.getBean(Orders.class).future(stoppable).cancel(true);

			assertThat(stoppable).isCancelled();
			Awaitility.await().until(() -> isFree(context, "orders"));
		});
	}

	@Test
	void futureFailsAtMaxHold() {
		this.application.run((context) -> {
			CompletableFuture<String> stoppable = new StoppableFuture();

			CompletableFuture<String> returned = context.getBean(Orders.class).endless(stoppable);

			assertThat(returned).failsWithin(LIMIT)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(LockLostException.class);
			Awaitility.await().until(stoppable::isCancelled);
		});
	}

	@Test
	void cancellingDoesNotEndWorkThatItCannotStop() {
		this.application.run((context) -> {
			CompletableFuture<String> result = context.getBean(Orders.class).future(this.work);

			assertThat(result.cancel(true)).isTrue();

			assertThat(result).isCancelled();
			assertThat(this.work).isNotDone();
			assertThat(isFree(context, "orders")).isFalse();
			this.work.complete("done");
			Awaitility.await().until(() -> isFree(context, "orders"));
		});
	}

	@Test
	void cancellingReachesTheFutureOfANestedCallAndWaitsForIt() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			CompletableFuture<String> result = context.getBean(Stock.class).around(() -> orders.future(this.work));

			result.cancel(true);

			assertThat(this.work).isNotDone();
			assertThat(isFree(context, "orders")).isFalse();
			assertThat(isFree(context, "stock")).isFalse();
			this.work.complete("done");
			Awaitility.await().until(() -> isFree(context, "orders") && isFree(context, "stock"));
		});
	}

	@Test
	void futureOfANestedCallThatIsCancelledAlreadyIsWaitedFor() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			CompletableFuture<String> result = context.getBean(Stock.class).around(() -> {
				CompletableFuture<String> cancelled = orders.future(this.work);
				cancelled.cancel(true);
				return cancelled;
			});

			assertThat(isFree(context, "stock")).isFalse();
			this.work.complete("done");

			assertThat(result).failsWithin(LIMIT);
			Awaitility.await().until(() -> isFree(context, "stock"));
		});
	}

	@Test
	void cancellingStopsTheWorkOfANestedCall() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			CompletableFuture<String> stoppable = new StoppableFuture();

			context.getBean(Stock.class).around(() -> orders.future(stoppable)).cancel(true);

			assertThat(stoppable).isCancelled();
			Awaitility.await().until(() -> isFree(context, "orders") && isFree(context, "stock"));
		});
	}

	@Test
	void lossFailsTheCallerWhileTheWorkGoesOn() {
		onFragileStore(this.application, (context, store) -> {
			CompletableFuture<String> result = context.getBean(Orders.class).future(this.work);

			store.backend().endSessions();

			assertThat(result).failsWithin(LIMIT)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(LockLostException.class);
			assertThat(this.work).isNotDone();
		});
	}

	@Test
	void minimalStageIsWaitedFor() {
		this.application.run((context) -> {
			CompletionStage<String> result = context.getBean(Orders.class).stage(this.work.minimalCompletionStage());

			assertThat(isFree(context, "orders")).isFalse();
			this.work.complete("done");

			assertThat(result.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void futureThatCannotBeWaitedForIsRefusedWhereTheTypeDoesNotTell() {
		this.application.run((context) -> {
			FutureTask<String> task = new FutureTask<>(() -> "done");

			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Orders.class).object(task))
				.withMessageContaining("FutureTask")
				.withMessageContaining("CompletableFuture");

			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	static class Orders {

		@DistributedLock("orders")
		public CompletableFuture<String> future(CompletableFuture<String> work) {
			return work;
		}

		@DistributedLock("orders")
		public CompletionStage<String> stage(CompletionStage<String> work) {
			return work;
		}

		@DistributedLock("orders")
		public Object object(Object result) {
			return result;
		}

		@DistributedLock(name = "orders", maxHold = "100ms")
		public CompletableFuture<String> endless(CompletableFuture<String> work) {
			return work;
		}

		@DistributedLock("orders")
		public Boolean inside(Action<Boolean> action) throws Exception {
			return action.run();
		}

	}

	static class Stock {

		@DistributedLock("stock")
		public CompletableFuture<String> around(Action<CompletableFuture<String>> action) throws Exception {
			return action.run();
		}

	}

}
