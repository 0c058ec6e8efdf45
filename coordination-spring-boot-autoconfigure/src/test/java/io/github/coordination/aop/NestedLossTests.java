package io.github.coordination.aop;

import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnLost;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.autoconfigure.FragileStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for nested {@link DistributedLock} calls that want to be told of a loss in
 * another way than the call around them.
 */
class NestedLossTests {

	private final FragileStore store = new FragileStore();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID())
		.withBean(Coordinator.class, this.store::connect)
		.withBean(Orders.class);

	@Test
	void lossInterruptsOnlyTheNestedCallThatAsksForIt() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			CountDownLatch entered = new CountDownLatch(1);
			FutureTask<String> call = begin(() -> orders.notified(() -> {
				try {
					orders.interrupted(null, (handle) -> {
						entered.countDown();
						new CountDownLatch(1).await();
					});
					return "passed";
				}
				catch (LockLostException ex) {
					return ex.getCause() + " " + Thread.currentThread().isInterrupted();
				}
			}));
			assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();

			this.store.backend().endSessions();

			assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("java.lang.InterruptedException false");
		});
	}

	@Test
	void lockThatANestedCallGivesBackIsNotLost() {
		this.runner.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			String result = orders.notified(() -> {
				orders.interrupted(null, LockHandle::close);
				return "passed";
			});

			assertThat(result).isEqualTo("passed");
		});
	}

	private static <T> FutureTask<T> begin(Callable<T> action) {
		FutureTask<T> task = new FutureTask<>(action);
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return task;
	}

	interface Step {

		void run(LockHandle handle) throws Exception;

	}

	static class Orders {

		@DistributedLock(name = "orders", onLost = OnLost.NOTIFY)
		public String notified(Callable<String> action) throws Exception {
			return action.call();
		}

		@DistributedLock("orders")
		public void interrupted(@Nullable LockHandle handle, Step step) throws Exception {
			assertThat(handle).isNotNull();
			step.run(handle);
		}

	}

}
