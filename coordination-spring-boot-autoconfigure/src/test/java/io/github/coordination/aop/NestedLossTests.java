package io.github.coordination.aop;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnLost;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for nested {@link DistributedLock} calls that want to be told of a loss in
 * another way than the call around them.
 */
class NestedLossTests extends AnnotationSupport {

	private final ApplicationContextRunner application = this.runner.withBean(Orders.class);

	@Test
	void lossInterruptsOnlyTheNestedCallThatAsksForIt() {
		onFragileStore(this.application, (context, store) -> {
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

			store.backend().endSessions();

			assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("java.lang.InterruptedException false");
		});
	}

	@Test
	void lockThatANestedCallGivesBackIsNotLost() {
		onFragileStore(this.application, (context, store) -> {
			Orders orders = context.getBean(Orders.class);

			String result = orders.notified(() -> {
				orders.interrupted(null, LockHandle::close);
				return "passed";
			});

			assertThat(result).isEqualTo("passed");
		});
	}

	interface HandleStep {

		void run(LockHandle handle) throws Exception;

	}

	static class Orders {

		@DistributedLock(name = "orders", onLost = OnLost.NOTIFY)
		public String notified(Callable<String> action) throws Exception {
			return action.call();
		}

		@DistributedLock("orders")
		public void interrupted(@Nullable LockHandle handle, HandleStep step) throws Exception {
			assertThat(handle).isNotNull();
			step.run(handle);
		}

	}

}
