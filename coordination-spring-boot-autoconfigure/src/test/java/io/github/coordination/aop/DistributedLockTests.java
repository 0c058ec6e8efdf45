package io.github.coordination.aop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.MisuseException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LockMode;
import io.github.coordination.annotation.OnBusy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DistributedLock} as an application sees it.
 */
class DistributedLockTests extends AnnotationSupport {

	private final ApplicationContextRunner orders = this.runner.withBean(Orders.class);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stopThreads() {
		this.threads.shutdownNow();
	}

	@Test
	void onlyOneThreadIsInside() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			List<Future<?>> calls = new ArrayList<>();

			for (int i = 0; i < 8; i++) {
				calls.add(this.threads.submit(orders::count));
			}

			for (Future<?> call : calls) {
				call.get(20, TimeUnit.SECONDS);
			}
			assertThat(orders.state().mostInside.get()).isEqualTo(1);
			assertThat(orders.state().count).isEqualTo(8);
		});
	}

	@Test
	void twoContextsOnOneStoreExcludeEachOther() {
		this.orders.run((first) -> this.orders.run((second) -> {
			Orders here = first.getBean(Orders.class);
			Orders there = second.getBean(Orders.class);

			Boolean ran = here.inside(() -> there.tryOnce());

			assertThat(ran).isNull();
			assertThat(there.tryOnce()).isTrue();
		}));
	}

	@Test
	void itIsTheWriteLockOfTheCoordinator() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			LockHandle held = context.getBean(Coordinator.class).readWriteLock("orders").writeLock().acquire();
			assertThat(orders.tryOnce()).isNull();
			held.close();

			assertThat(orders.tryOnce()).isTrue();
		});
	}

	@Test
	void busyLockIsAnExceptionAfterTheWaitingTime() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			holding(context, "orders", () -> {
				assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(orders::orThrow)
					.withMessageContaining("'orders'");
			});
		});
	}

	@Test
	void waitTimeComesFromTheProperties() {
		this.orders.withPropertyValues("coordination.wait-time=1ms").run((context) -> {
			Orders orders = context.getBean(Orders.class);

			holding(context, "orders", () -> {
				assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(orders::count)
					.withMessageContaining("PT0.001S");
			});
		});
	}

	@Test
	void skippedCallReturnsWhatMeansNothing() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			holding(context, "orders", () -> {
				assertThat(orders.tryOnce()).isNull();
				assertThat(orders.tryOptional()).isEmpty();
				assertThat(orders.tryFuture()).isCompletedWithValue(null);
			});
		});
	}

	@Test
	void tokenAndHandleAreFilledIn() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			FencingToken first = orders.token("a", null, null);
			FencingToken second = orders.token("b", null, null);

			assertThat(second).isGreaterThan(first);
		});
	}

	@Test
	void nestedCallOfTheSameNamePassesThrough() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThat(orders.inside(() -> orders.inside(orders::tryOnce))).isTrue();

			assertThat(orders.tryOnce()).isTrue();
		});
	}

	@Test
	void nestedCallGetsTheTokenOfTheOuterOne() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			AtomicReference<FencingToken> outer = new AtomicReference<>();
			AtomicReference<FencingToken> inner = new AtomicReference<>();

			orders.withToken(null, (token) -> {
				outer.set(token);
				orders.withToken(null, inner::set);
			});

			assertThat(inner).hasValue(outer.get());
		});
	}

	@Test
	void anotherThreadDoesNotPassThrough() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			Boolean ran = orders.inside(() -> this.threads.submit(orders::tryOnce).get(10, TimeUnit.SECONDS));

			assertThat(ran).isNull();
		});
	}

	@Test
	void exceptionGivesTheLockBack() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThatIllegalStateException().isThrownBy(() -> orders.inside(() -> {
				throw new IllegalStateException("no");
			})).withMessage("no");

			assertThat(orders.tryOnce()).isTrue();
		});
	}

	@Test
	void handleThatIsClosedInsideIsNotLost() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			Boolean free = orders.closing(null, () -> this.threads.submit(orders::tryOnce).get(10, TimeUnit.SECONDS));

			assertThat(free).isTrue();
		});
	}

	@Test
	void sharedHoldersExcludeOnlyExclusiveOnes() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			Boolean shared = orders.reading(() -> this.threads.submit(orders::tryRead).get(10, TimeUnit.SECONDS));
			Boolean exclusive = orders.reading(() -> this.threads.submit(orders::tryOnce).get(10, TimeUnit.SECONDS));
			Boolean reader = orders.inside(() -> this.threads.submit(orders::tryRead).get(10, TimeUnit.SECONDS));

			assertThat(shared).isTrue();
			assertThat(exclusive).isNull();
			assertThat(reader).isNull();
		});
	}

	@Test
	void sharedLockIsNotMadeExclusive() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> orders.reading(orders::tryOnce));
			assertThat(orders.inside(orders::tryRead)).isTrue();
		});
	}

	@Test
	void atLeastForHoldsOnInTheBackground() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			Duration least = Duration.ofMillis(400);
			long began = System.nanoTime();
			orders.briefly();
			Boolean again = orders.tryOnce();
			if (System.nanoTime() - began < least.toNanos()) {
				assertThat(again).isNull();
			}

			Awaitility.await().until(() -> Boolean.TRUE.equals(orders.tryOnce()));
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(least);
		});
	}

	@Test
	void interruptWhileWaitingIsKept() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			holding(context, "orders", () -> {
				Future<Boolean> call = this.threads.submit(() -> {
					Thread.currentThread().interrupt();
					assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(orders::count)
						.withCauseInstanceOf(InterruptedException.class);
					return Thread.interrupted();
				});

				assertThat(call.get(20, TimeUnit.SECONDS)).isTrue();
			});
		});
	}

	static class State {

		final AtomicInteger inside = new AtomicInteger();

		final AtomicInteger mostInside = new AtomicInteger();

		int count;

	}

	static class Orders {

		private final State state = new State();

		public State state() {
			return this.state;
		}

		@DistributedLock("orders")
		public void count() {
			this.state.mostInside.accumulateAndGet(this.state.inside.incrementAndGet(), Math::max);
			this.state.count++;
			this.state.inside.decrementAndGet();
		}

		@DistributedLock(name = "orders", waitTime = "0")
		public void orThrow() {
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
		public @Nullable Boolean tryOnce() {
			return true;
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
		public Optional<String> tryOptional() {
			return Optional.of("ran");
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP)
		public CompletableFuture<String> tryFuture() {
			return CompletableFuture.completedFuture("ran");
		}

		@DistributedLock(name = "orders", onBusy = OnBusy.SKIP, mode = LockMode.SHARED)
		public @Nullable Boolean tryRead() {
			return true;
		}

		@DistributedLock(name = "orders", mode = LockMode.SHARED)
		public <T> @Nullable T reading(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock("orders")
		public <T> @Nullable T inside(Action<T> action) throws Exception {
			return action.run();
		}

		@DistributedLock("orders")
		public FencingToken token(String other, @Nullable FencingToken token, @Nullable LockHandle handle) {
			assertThat(token).isNotNull();
			assertThat(handle).isNotNull();
			assertThat(handle.fencingToken()).isEqualTo(token);
			assertThat(handle.isHeld()).isTrue();
			assertThat(handle.remaining()).isPositive();
			return token;
		}

		@DistributedLock("orders")
		public void withToken(@Nullable FencingToken token, Consumer<FencingToken> action) {
			assertThat(token).isNotNull();
			action.accept(token);
		}

		@DistributedLock("orders")
		public <T> T closing(@Nullable LockHandle handle, Action<T> action) throws Exception {
			assertThat(handle).isNotNull();
			handle.close();
			assertThat(handle.isHeld()).isFalse();
			return action.run();
		}

		@DistributedLock(name = "orders", atLeastFor = "400ms")
		public void briefly() {
		}

	}

}
