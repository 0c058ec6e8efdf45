package io.github.coordination.aop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import io.github.coordination.LockLostException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.OnLost;
import io.github.coordination.event.LockLostEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DistributedLock} methods whose lock is lost while they run.
 */
class LockLossTests extends AnnotationSupport {

	private final ApplicationContextRunner orders = this.runner.withBean(Orders.class).withBean(LostLocks.class);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void maxHoldInterruptsAndGivesTheLockBack() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThatExceptionOfType(LockLostException.class).isThrownBy(orders::tooLong)
				.withMessageContaining("maxHold")
				.withCauseInstanceOf(InterruptedException.class);

			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			Awaitility.await().until(() -> Boolean.TRUE.equals(orders.tryOnce()));
			Awaitility.await().until(() -> context.getBean(LostLocks.class).names.contains("orders"));
		});
	}

	@Test
	void maxHoldComesFromTheProperties() {
		this.orders.withPropertyValues("coordination.max-hold=100ms").run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> orders.inside(() -> {
				new CountDownLatch(1).await();
				return true;
			})).withMessageContaining("maxHold of PT0.1S");
		});
	}

	@Test
	void lossInterruptsTheCall() {
		onFragileStore(this.orders, (context, store) -> {
			Orders orders = context.getBean(Orders.class);
			Future<@Nullable Object> call = this.threads.submit(() -> {
				assertThatExceptionOfType(LockLostException.class).isThrownBy(orders::sleepThroughInterrupt);
				assertThat(Thread.currentThread().isInterrupted()).isFalse();
				return null;
			});
			orders.state().entered.await();

			store.backend().endSessions();

			call.get(20, TimeUnit.SECONDS);
			assertThat(orders.state().interrupted).isTrue();
			Awaitility.await().until(() -> context.getBean(LostLocks.class).names.contains("orders"));
		});
	}

	@Test
	void lossIsOnlyToldIfAskedFor() {
		onFragileStore(this.orders, (context, store) -> {
			Orders orders = context.getBean(Orders.class);
			Future<String> call = this.threads.submit(orders::notified);
			orders.state().entered.await();

			store.backend().endSessions();
			Awaitility.await().until(() -> context.getBean(LostLocks.class).names.contains("orders"));
			orders.state().leave.countDown();

			assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("undisturbed");
		});
	}

	@Test
	void nestedCallAfterLossFails() {
		onFragileStore(this.orders, (context, store) -> {
			Orders orders = context.getBean(Orders.class);
			Future<String> call = this.threads.submit(() -> orders.nestedAfter(orders.state().leave, orders));
			orders.state().entered.await();

			store.backend().endSessions();
			Awaitility.await().until(() -> context.getBean(LostLocks.class).names.contains("orders"));
			orders.state().leave.countDown();

			assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("LockLostException");
		});
	}

	static class State {

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch leave = new CountDownLatch(1);

		volatile boolean interrupted;

	}

	static class Orders {

		private final State state = new State();

		public State state() {
			return this.state;
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
		public @Nullable Boolean tryOnce() {
			return true;
		}

		@DistributedLock("orders")
		public <T> @Nullable T inside(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock(name = "orders", maxHold = "100ms")
		public void tooLong() throws InterruptedException {
			new CountDownLatch(1).await();
		}

		@DistributedLock("orders")
		public void sleepThroughInterrupt() {
			this.state.entered.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.state.interrupted = true;
			}
		}

		@DistributedLock(name = "orders", onLost = OnLost.NOTIFY)
		public String notified() throws InterruptedException {
			this.state.entered.countDown();
			this.state.leave.await();
			return "undisturbed";
		}

		@DistributedLock(name = "orders", onLost = OnLost.NOTIFY)
		public String nestedAfter(CountDownLatch latch, Orders proxy) throws InterruptedException {
			proxy.enteredSignal();
			latch.await();
			try {
				proxy.tryOnce();
				return "passed";
			}
			catch (LockLostException ex) {
				return ex.getClass().getSimpleName();
			}
		}

		public void enteredSignal() {
			this.state.entered.countDown();
		}

	}

	static class LostLocks {

		final List<String> names = new CopyOnWriteArrayList<>();

		@EventListener
		void onLost(LockLostEvent event) {
			this.names.add(event.name());
		}

	}

}
