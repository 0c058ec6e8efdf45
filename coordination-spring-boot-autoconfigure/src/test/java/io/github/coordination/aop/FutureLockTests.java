package io.github.coordination.aop;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.autoconfigure.FragileStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for when {@link DistributedLock} calls are over that have returned a future.
 */
class FutureLockTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID())
		.withBean(Orders.class)
		.withBean(Stock.class);

	private final CompletableFuture<String> work = new CompletableFuture<>();

	@Test
	void cancellingDoesNotEndWorkThatItCannotStop() {
		this.runner.run((context) -> {
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
		this.runner.run((context) -> {
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
		this.runner.run((context) -> {
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
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			CompletableFuture<String> stoppable = new StoppableFuture();

			context.getBean(Stock.class).around(() -> orders.future(stoppable)).cancel(true);

			assertThat(stoppable).isCancelled();
			Awaitility.await().until(() -> isFree(context, "orders") && isFree(context, "stock"));
		});
	}

	@Test
	void lossFailsTheCallerWhileTheWorkGoesOn() {
		FragileStore store = new FragileStore();
		this.runner.withBean(Coordinator.class, store::connect).run((context) -> {
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
		this.runner.run((context) -> {
			CompletionStage<String> result = context.getBean(Orders.class).stage(this.work.minimalCompletionStage());

			assertThat(isFree(context, "orders")).isFalse();
			this.work.complete("done");

			assertThat(result.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	@Test
	void futureThatCannotBeWaitedForIsRefusedWhereTheTypeDoesNotTell() {
		this.runner.run((context) -> {
			FutureTask<String> task = new FutureTask<>(() -> "done");

			assertThatIllegalStateException().isThrownBy(() -> context.getBean(Orders.class).object(task))
				.withMessageContaining("FutureTask")
				.withMessageContaining("CompletableFuture");

			assertThat(isFree(context, "orders")).isTrue();
		});
	}

	private static boolean isFree(ApplicationContext context, String name) {
		return context.getBean(Coordinator.class).lock(name).tryAcquire().map(LockHandle::release).orElse(false);
	}

	interface Action {

		CompletableFuture<String> run();

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

	}

	static class Stock {

		@DistributedLock("stock")
		public CompletableFuture<String> around(Action action) {
			return action.run();
		}

	}

}
