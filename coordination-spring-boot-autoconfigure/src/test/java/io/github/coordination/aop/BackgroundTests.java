package io.github.coordination.aop;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.autoconfigure.FragileStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Background}.
 */
class BackgroundTests extends AnnotationSupport {

	@Test
	void taskIsRunByTheCallerIfThereIsNoThread() throws Exception {
		CompletableFuture<Thread> ran = new CompletableFuture<>();
		try (Background background = new Background((task) -> {
			throw new OutOfMemoryError("injected: no thread");
		})) {
			background.execute(() -> ran.complete(Thread.currentThread()));
		}

		assertThat(ran.get(20, TimeUnit.SECONDS)).isSameAs(Thread.currentThread());
	}

	@Test
	void taskThatIsDueLaterIsRunOnce() throws Exception {
		CompletableFuture<Thread> first = new CompletableFuture<>();
		CompletableFuture<Thread> second = new CompletableFuture<>();
		try (Background background = new Background()) {
			assertThat(background.executeLater(Duration.ofMillis(1), () -> {
				CompletableFuture<Thread> ran = first.isDone() ? second : first;
				ran.complete(Thread.currentThread());
			})).isTrue();

			assertThat(first.get(20, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
		}

		assertThat(second).isNotDone();
	}

	@Test
	void contextHasOneAndClosesIt() {
		AtomicReference<Background> background = new AtomicReference<>();
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(CallContext.class).doesNotHaveBean(Executor.class);
			background.set(context.getBean(CallContext.class).background());
			CompletableFuture<String> thread = new CompletableFuture<>();
			background.get().execute(() -> thread.complete(Thread.currentThread().getName()));
			assertThat(thread.get(20, TimeUnit.SECONDS)).startsWith("coordination-aop-");
		});

		assertThat(background.get().schedule(Duration.ZERO, () -> {
		})).isNull();
	}

	@Test
	void contextWithoutAnnotatedBeansHasNone() {
		this.runner.run((context) -> assertThat(made(context)).isFalse());
		this.runner.withBean(Orders.class).run((context) -> assertThat(made(context)).isTrue());
	}

	@Test
	void lockThatIsHeldForItsLeastTimeIsGivenBackWhenTheContextIsClosed() {
		try (Coordinator coordinator = new FragileStore().connect()) {
			this.runner
				.withInitializer((context) -> ((GenericApplicationContext) context).getBeanFactory()
					.registerSingleton("coordinator", coordinator))
				.withBean(Orders.class)
				.run((context) -> {
					context.getBean(Orders.class).briefly();
					assertThat(coordinator.lock("orders").tryAcquire()).isEmpty();
				});

			assertThat(coordinator.lock("orders").tryAcquire().map(LockHandle::release)).hasValue(true);
		}
	}

	private static boolean made(AssertableApplicationContext context) {
		return context.getBeanFactory().containsSingleton("coordinationCallContext");
	}

	static class Orders {

		@DistributedLock(name = "orders", atLeastFor = "1h")
		public void briefly() {
		}

	}

}
