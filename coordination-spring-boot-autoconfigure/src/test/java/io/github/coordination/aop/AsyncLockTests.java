package io.github.coordination.aop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.OnBusy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DistributedLock} together with {@link Async}.
 */
class AsyncLockTests extends AnnotationSupport {

	private final ApplicationContextRunner application = this.runner.withBean(Mails.class);

	@Test
	void lockIsHeldByTheThreadThatDoesTheWork() {
		this.application.withUserConfiguration(AsyncConfiguration.class).run((context) -> {
			Mails mails = context.getBean(Mails.class);
			CountDownLatch entered = new CountDownLatch(1);
			CountDownLatch leave = new CountDownLatch(1);

			CompletableFuture<Thread> sent = mails.send(entered, leave);
			assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(isFree(context, "mails")).isFalse();
			leave.countDown();

			assertThat(sent.get(20, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
			assertThat(isFree(context, "mails")).isTrue();
		});
	}

	@Test
	void callerDoesNotShareItsLockWithTheWork() {
		this.application.withUserConfiguration(AsyncConfiguration.class).run((context) -> {
			Mails mails = context.getBean(Mails.class);

			assertThat(mails.within(() -> mails.trySend().get(20, TimeUnit.SECONDS))).isNull();

			assertThat(mails.trySend().get(20, TimeUnit.SECONDS)).isEqualTo("sent");
		});
	}

	@Test
	void workThatIsHandedOverInsideOfTheLockIsRefused() {
		this.application.withUserConfiguration(EarlyAsyncConfiguration.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOfSatisfying(InvalidAnnotationException.class,
					(failure) -> {
						assertThat(failure.place()).contains(Mails.class.getName());
						assertThat(failure.problem()).contains("@Async");
					});
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(order = Ordered.HIGHEST_PRECEDENCE)
	static class EarlyAsyncConfiguration {

	}

	static class Mails {

		@Async
		@DistributedLock("mails")
		public CompletableFuture<Thread> send(CountDownLatch entered, CountDownLatch leave)
				throws InterruptedException {
			entered.countDown();
			leave.await();
			return CompletableFuture.completedFuture(Thread.currentThread());
		}

		@Async
		@DistributedLock(name = "mails", onBusy = OnBusy.SKIP)
		public CompletableFuture<@Nullable String> trySend() {
			return CompletableFuture.completedFuture("sent");
		}

		@DistributedLock("mails")
		public <T extends @Nullable Object> T within(Action<T> action) throws Exception {
			return action.run();
		}

	}

}
