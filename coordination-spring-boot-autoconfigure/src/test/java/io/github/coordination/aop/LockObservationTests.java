package io.github.coordination.aop;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.MisuseException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LockMode;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the observation of calls to {@link DistributedLock} methods.
 */
class LockObservationTests extends AnnotationSupport {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private final ApplicationContextRunner application = this.runner
		.withBean(TestObservationRegistry.class, () -> this.registry)
		.withBean(Orders.class);

	@Test
	void callIsObservedWithoutItsKeyAmongTheTags() {
		this.application.run((context) -> {
			Observation current = context.getBean(Orders.class).ship("4711", this.registry);

			assertThat(current).isNotNull();
			assertOne().hasContextualNameEqualTo("lock order")
				.hasLowCardinalityKeyValue("lock.name", "order")
				.hasLowCardinalityKeyValue("lock.mode", "exclusive")
				.hasLowCardinalityKeyValue("outcome", "acquired")
				.hasHighCardinalityKeyValue("lock.key", "order:4711")
				.doesNotHaveError();
		});
	}

	@Test
	void severalLocksAreOneObservation() {
		this.application.run((context) -> {
			context.getBean(Orders.class).both();

			assertOne().hasLowCardinalityKeyValue("lock.name", "a, b").hasLowCardinalityKeyValue("lock.mode", "mixed");
		});
	}

	@Test
	void busyLockIsAnOutcome() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			LockHandle held = context.getBean(Coordinator.class).lock("orders").acquire();

			assertThat(orders.tryOnce()).isNull();
			assertOne().hasLowCardinalityKeyValue("outcome", "busy").doesNotHaveError();
			this.registry.clear();
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(orders::orThrow);
			assertOne().hasLowCardinalityKeyValue("outcome", "busy")
				.assertThatError()
				.isInstanceOf(LockNotAcquiredException.class);
			held.close();
		});
	}

	@Test
	void failureOfTheMethodIsNotOneOfTheLock() {
		this.application.run((context) -> {
			assertThatIllegalStateException().isThrownBy(context.getBean(Orders.class)::failing);

			assertOne().hasLowCardinalityKeyValue("outcome", "acquired")
				.assertThatError()
				.isInstanceOf(IllegalStateException.class);
		});
	}

	@Test
	void lockThatCannotBeAskedForHasFailed() {
		this.application.run((context) -> {
			assertThatExceptionOfType(MisuseException.class)
				.isThrownBy(() -> context.getBean(Orders.class).ship("", this.registry));

			assertOne().hasLowCardinalityKeyValue("outcome", "failed");
		});
	}

	@Test
	void lostLockIsAnOutcome() {
		this.application.run((context) -> {
			assertThatExceptionOfType(LockLostException.class).isThrownBy(context.getBean(Orders.class)::tooLong);

			assertOne().hasLowCardinalityKeyValue("outcome", "lost")
				.assertThatError()
				.isInstanceOf(LockLostException.class);
		});
	}

	@Test
	void observationLastsUntilTheFutureCompletes() {
		this.application.run((context) -> {
			CompletableFuture<String> work = new CompletableFuture<>();

			CompletableFuture<String> result = context.getBean(Orders.class).future(work);
			TestObservationRegistryAssert.assertThat(this.registry)
				.hasObservationWithNameEqualTo("coordination.lock")
				.that()
				.hasBeenStarted()
				.isNotStopped();
			work.completeExceptionally(new IllegalStateException("no"));

			assertThat(result).failsWithin(Duration.ofSeconds(20));
			Awaitility.await()
				.untilAsserted(() -> assertOne().hasLowCardinalityKeyValue("outcome", "acquired")
					.assertThatError()
					.isInstanceOf(IllegalStateException.class));
		});
	}

	@Test
	void eachSubscriptionIsObserved() {
		this.application.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			Mono<String> call = orders.mono();
			TestObservationRegistryAssert.assertThat(this.registry).doesNotHaveAnyObservation();
			assertThat(call.block(Duration.ofSeconds(20))).isEqualTo("coordination.lock");

			assertOne().hasLowCardinalityKeyValue("outcome", "acquired");
			this.registry.clear();
			assertThat(call.block(Duration.ofSeconds(20))).isEqualTo("coordination.lock");
			assertOne().hasLowCardinalityKeyValue("outcome", "acquired");
		});
	}

	@Test
	void handlerThatFailsDoesNotKeepTheSubscriberWaiting() {
		this.registry.observationConfig().observationHandler(new FailingHandler());
		this.application.run((context) -> {
			Mono<String> call = context.getBean(Orders.class).mono();

			assertThatIllegalStateException().isThrownBy(() -> call.block(Duration.ofSeconds(20)))
				.withMessage("injected");

			assertThat(context.getBean(Coordinator.class).lock("orders").tryAcquire()).isPresent();
		});
	}

	@Test
	void conventionOfTheApplicationReplacesTheDefault() {
		this.application.withBean(LockObservationConvention.class, OwnConvention::new).run((context) -> {
			context.getBean(Orders.class).both();

			TestObservationRegistryAssert.assertThat(this.registry)
				.hasObservationWithNameEqualTo("acme.lock")
				.that()
				.hasBeenStopped();
		});
	}

	@Test
	void registryIsNotNeeded() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
			.withPropertyValues("coordination.url=local:" + UUID.randomUUID())
			.withBean(Orders.class)
			.run((context) -> assertThat(runs(context)).isTrue());
	}

	private static @Nullable Boolean runs(ApplicationContext context) {
		return context.getBean(Orders.class).tryOnce();
	}

	private TestObservationRegistryAssert.TestObservationRegistryAssertReturningObservationContextAssert assertOne() {
		return TestObservationRegistryAssert.assertThat(this.registry)
			.hasNumberOfObservationsWithNameEqualTo("coordination.lock", 1)
			.hasObservationWithNameEqualTo("coordination.lock")
			.that()
			.hasBeenStarted()
			.hasBeenStopped();
	}

	static class FailingHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			throw new IllegalStateException("injected");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	static class OwnConvention extends DefaultLockObservationConvention {

		@Override
		public String getName() {
			return "acme.lock";
		}

	}

	static class Orders {

		@DistributedLock(name = "order", key = "#id")
		public @Nullable Observation ship(String id, TestObservationRegistry registry) {
			return registry.getCurrentObservation();
		}

		@DistributedLock("b")
		@DistributedLock(name = "a", mode = LockMode.SHARED)
		public void both() {
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
		public @Nullable Boolean tryOnce() {
			return true;
		}

		@DistributedLock(name = "orders", waitTime = "0")
		public void orThrow() {
		}

		@DistributedLock("orders")
		public void failing() {
			throw new IllegalStateException("no");
		}

		@DistributedLock(name = "orders", maxHold = "50ms")
		public void tooLong() throws InterruptedException {
			new CountDownLatch(1).await(20, TimeUnit.SECONDS);
		}

		@DistributedLock("orders")
		public CompletableFuture<String> future(CompletableFuture<String> work) {
			return work;
		}

		@DistributedLock("orders")
		public Mono<String> mono() {
			return Mono.deferContextual((context) -> {
				Observation observation = context.get("micrometer.observation");
				return Mono.just(observation.getContext().getName());
			});
		}

	}

}
