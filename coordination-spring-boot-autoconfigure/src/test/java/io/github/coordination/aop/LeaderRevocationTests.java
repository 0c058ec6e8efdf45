package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.Coordinator;
import io.github.coordination.LockLostException;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.annotation.OnRevoked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LeaderOnly} calls that are running when leadership ends.
 */
class LeaderRevocationTests extends AnnotationSupport {

	private final ApplicationContextRunner billing = this.runner.withBean(Billing.class);

	@Test
	void revocationInterruptsTheCallThatAsksForIt() {
		this.billing.run((context) -> {
			awaitLeader(context);
			Billing billing = context.getBean(Billing.class);
			FutureTask<?> call = begin(() -> {
				assertThatExceptionOfType(LockLostException.class).isThrownBy(billing::endless)
					.withMessageContaining("'billing'")
					.withCauseInstanceOf(InterruptedException.class);
				assertThat(Thread.currentThread().isInterrupted()).isFalse();
				return null;
			});
			billing.await();

			context.getBean(Coordinator.class).election("billing").standDown();

			call.get(20, TimeUnit.SECONDS);
		});
	}

	@Test
	void leadershipMovesOnlyWhenTheInterruptedCallIsOver() {
		this.billing.run((first) -> {
			awaitLeader(first);
			Billing here = first.getBean(Billing.class);
			this.billing.run((second) -> {
				FutureTask<?> call = begin(() -> {
					assertThatExceptionOfType(LockLostException.class).isThrownBy(here::cleanUp);
					return null;
				});
				here.await();

				FutureTask<?> change = begin(() -> {
					first.getBean(Coordinator.class).election("billing").standDown();
					return null;
				});
				assertThat(here.state().interrupted.await(20, TimeUnit.SECONDS)).isTrue();
				Awaitility.await()
					.during(Duration.ofMillis(300))
					.until(() -> !second.getBean(Coordinator.class).election("billing").isLeader() && !change.isDone());
				here.state().leave.countDown();

				awaitLeader(second);
				call.get(20, TimeUnit.SECONDS);
				change.get(20, TimeUnit.SECONDS);
			});
		});
	}

	@Test
	void callThatDoesNotAskForItGoesOn() {
		this.billing.run((context) -> {
			awaitLeader(context);
			Billing billing = context.getBean(Billing.class);
			FutureTask<Boolean> call = begin(billing::patient);
			billing.await();

			context.getBean(Coordinator.class).election("billing").standDown();
			billing.state().leave.countDown();

			assertThat(call.get(20, TimeUnit.SECONDS)).isTrue();
		});
	}

	@Test
	void revocationCancelsAFutureAndASubscription() {
		this.billing.run((context) -> {
			awaitLeader(context);
			Billing billing = context.getBean(Billing.class);
			CompletableFuture<String> future = billing.future();
			CompletableFuture<String> subscription = billing.mono().toFuture();
			assertThat(billing.state().subscribed.await(20, TimeUnit.SECONDS)).isTrue();

			context.getBean(Coordinator.class).election("billing").standDown();

			assertThat(List.of(future, subscription))
				.allSatisfy((each) -> assertThat(each).failsWithin(Duration.ofSeconds(20))
					.withThrowableThat()
					.havingCause()
					.isInstanceOf(LockLostException.class));
			Awaitility.await().until(billing.state().work::isCancelled);
			assertThat(billing.state().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
		});
	}

	static class State {

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch interrupted = new CountDownLatch(1);

		final CountDownLatch leave = new CountDownLatch(1);

		final CountDownLatch subscribed = new CountDownLatch(1);

		final CountDownLatch cancelled = new CountDownLatch(1);

		final CompletableFuture<String> work = new StoppableFuture();

	}

	static class Billing {

		private final State state = new State();

		public State state() {
			return this.state;
		}

		public void await() throws InterruptedException {
			assertThat(this.state.entered.await(20, TimeUnit.SECONDS)).isTrue();
		}

		@LeaderOnly(election = "billing", onRevoked = OnRevoked.INTERRUPT)
		public void endless() throws InterruptedException {
			this.state.entered.countDown();
			new CountDownLatch(1).await();
		}

		@LeaderOnly(election = "billing", onRevoked = OnRevoked.INTERRUPT)
		public void cleanUp() throws InterruptedException {
			this.state.entered.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.state.interrupted.countDown();
				this.state.leave.await();
			}
		}

		@LeaderOnly("billing")
		public Boolean patient() throws InterruptedException {
			this.state.entered.countDown();
			this.state.leave.await();
			return true;
		}

		@LeaderOnly(election = "billing", onRevoked = OnRevoked.INTERRUPT)
		public CompletableFuture<String> future() {
			return this.state.work;
		}

		@LeaderOnly(election = "billing", onRevoked = OnRevoked.INTERRUPT)
		public Mono<String> mono() {
			return Mono.<String>never()
				.doOnSubscribe((subscription) -> this.state.subscribed.countDown())
				.doOnCancel(this.state.cancelled::countDown);
		}

	}

}
