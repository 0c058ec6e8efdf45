package io.github.coordination.aop;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
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

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockHandle;
import io.github.coordination.LockLostException;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.MisuseException;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.annotation.LockMode;
import io.github.coordination.annotation.OnBusy;
import io.github.coordination.annotation.OnLost;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.autoconfigure.FragileStore;
import io.github.coordination.event.LockLostEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DistributedLock} as an application sees it.
 */
class DistributedLockTests {

	private final String url = "local:" + UUID.randomUUID();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=" + this.url);

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

			holding(context, "orders", () -> {
				assertThat(orders.tryOnce()).isNull();
			});

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
	void eachKeyIsALockOfItsOwn() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			holding(context, "order:4711", () -> {
				assertThat(keyed.ship(new Order("4711"))).isNull();
				assertThat(keyed.ship(new Order("4712"))).isTrue();
				assertThat(keyed.shipById(4711)).isNull();
				assertThat(keyed.shipFirst("4711")).isNull();
			});

			assertThat(keyed.ship(new Order("4711"))).isTrue();
		});
	}

	@Test
	void keyMaySpeakOfTheCall() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			holding(context, "order:Keyed.byCall.7", () -> {
				assertThat(keyed.byCall(7)).isNull();
				assertThat(keyed.byCall(8)).isTrue();
			});
		});
	}

	@Test
	void compiledKeyIsTheSame() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			for (int i = 0; i < 1000; i++) {
				assertThat(keyed.ship(new Order("o" + i))).isTrue();
			}

			holding(context, "order:o7", () -> {
				assertThat(keyed.ship(new Order("o7"))).isNull();
			});
		});
	}

	@Test
	void keyThatNamesNothingIsRefused() {
		this.runner.withBean(Keyed.class).run((context) -> {
			Keyed keyed = context.getBean(Keyed.class);

			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> keyed.ship(new Order("")))
				.withMessageContaining("null or empty");
			assertThatExceptionOfType(MisuseException.class).isThrownBy(() -> keyed.byObject(new Object()))
				.withMessageContaining("java.lang.Object");
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
	void nestedFutureOutlivesTheOuterCall() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);
			AtomicReference<CompletableFuture<String>> returned = new AtomicReference<>();

			orders.inside(() -> {
				returned.set(orders.future());
				return true;
			});
			assertThat(this.threads.submit(orders::tryOnce).get(10, TimeUnit.SECONDS)).isNull();
			orders.state().work.complete("done");

			assertThat(returned.get().get(10, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(orders.tryOnce()).isTrue();
		});
	}

	@Test
	void lockIsHeldUntilTheFutureCompletes() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			CompletableFuture<String> returned = orders.future();

			assertThat(returned).isNotDone();
			assertThat(orders.tryOnce()).isNull();
			orders.state().work.complete("done");
			assertThat(returned.get(10, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(orders.tryOnce()).isTrue();
		});
	}

	@Test
	void failedFutureGivesTheLockBack() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			CompletableFuture<String> returned = orders.future();
			orders.state().work.completeExceptionally(new IllegalArgumentException("no"));

			assertThat(returned).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.havingRootCause()
				.isInstanceOf(IllegalArgumentException.class);
			assertThat(orders.tryOnce()).isTrue();
		});
	}

	@Test
	void cancellingTheFutureCancelsTheWork() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			orders.future().cancel(true);

			assertThat(orders.state().work).isCancelled();
			Awaitility.await().until(() -> Boolean.TRUE.equals(orders.tryOnce()));
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
	void lockIsGivenBackAfterTheCommit() {
		this.runner.withUserConfiguration(Transactions.class).run((context) -> {
			context.getBean(Ledger.class).book();

			assertThat(context.getBean(RecordingTransactionManager.class).steps).containsExactly("begin, held",
					"commit, held");
			assertThat(context.getBean(Coordinator.class).readWriteLock("ledger").writeLock().tryAcquire()).isPresent();
		});
	}

	@Test
	void atLeastForHoldsOnInTheBackground() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			long began = System.nanoTime();
			orders.briefly();
			assertThat(orders.tryOnce()).isNull();

			Awaitility.await().until(() -> Boolean.TRUE.equals(orders.tryOnce()));
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
		});
	}

	@Test
	void maxHoldInterruptsAndGivesTheLockBack() {
		this.orders.withBean(LostLocks.class).run((context) -> {
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
	void futureFailsAtMaxHold() {
		this.orders.run((context) -> {
			Orders orders = context.getBean(Orders.class);

			CompletableFuture<String> returned = orders.endless();

			assertThat(returned).failsWithin(Duration.ofSeconds(10))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(LockLostException.class);
			Awaitility.await().until(orders.state().work::isCancelled);
		});
	}

	@Test
	void lossInterruptsTheCall() {
		onFragileStore((context, store) -> {
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
		onFragileStore((context, store) -> {
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
		onFragileStore((context, store) -> {
			Orders orders = context.getBean(Orders.class);
			Future<String> call = this.threads.submit(() -> orders.nestedAfter(orders.state().leave, orders));
			orders.state().entered.await();

			store.backend().endSessions();
			Awaitility.await().until(() -> context.getBean(LostLocks.class).names.contains("orders"));
			orders.state().leave.countDown();

			assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("LockLostException");
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

	@Test
	void annotationOfTheClassCoversItsMethods() {
		this.runner.withBean(Guarded.class).run((context) -> {
			holding(context, "guarded", () -> {
				assertThat(context.getBean(Guarded.class).run()).isNull();
				assertThat(context.getBean(Guarded.class)).hasToString("guarded");
			});
		});
	}

	@Test
	void metaAnnotationsAndPlaceholdersWork() {
		this.runner.withPropertyValues("app.lock=nightly").withBean(Jobs.class).run((context) -> {
			holding(context, "job-nightly", () -> {
				assertThat(context.getBean(Jobs.class).run()).isNull();
			});
			assertThat(context.getBean(Jobs.class).run()).isTrue();
		});
	}

	@Test
	void annotationOfAnInterfaceIsSeenThroughAJdkProxy() {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("task", Task.class, TaskImplementation::new)
			.run((context) -> {
				Task task = context.getBean(Task.class);
				holding(context, "task", () -> {
					assertThat(task.run()).isNull();
				});
				assertThat(task.run()).isTrue();
			});
	}

	private static void holding(ApplicationContext context, String name, Step step) throws Exception {
		LockHandle held = context.getBean(Coordinator.class).readWriteLock(name).writeLock().acquire();
		try {
			step.run();
		}
		finally {
			held.close();
		}
	}

	private void onFragileStore(FragileTest test) {
		FragileStore store = new FragileStore();
		this.orders.withBean(LostLocks.class)
			.withBean(Coordinator.class, store::connect)
			.run((context) -> test.run(context, store));
	}

	interface FragileTest {

		void run(ApplicationContext context, FragileStore store) throws Exception;

	}

	interface Step {

		void run() throws Exception;

	}

	interface Action<T> {

		T run() throws Exception;

	}

	static class State {

		final AtomicInteger inside = new AtomicInteger();

		final AtomicInteger mostInside = new AtomicInteger();

		final CompletableFuture<String> work = new StoppableFuture();

		final CountDownLatch entered = new CountDownLatch(1);

		final CountDownLatch leave = new CountDownLatch(1);

		volatile boolean interrupted;

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

		@DistributedLock("orders")
		public CompletableFuture<String> future() {
			return this.state.work;
		}

		@DistributedLock(name = "orders", maxHold = "100ms")
		public CompletableFuture<String> endless() {
			return this.state.work;
		}

		@DistributedLock(name = "orders", atLeastFor = "400ms")
		public void briefly() {
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

	record Order(String id) {
	}

	static class Keyed {

		@DistributedLock(name = "order", key = "#order.id", onBusy = OnBusy.SKIP)
		public @Nullable Boolean ship(Order order) {
			return true;
		}

		@DistributedLock(name = "order", key = "#id", onBusy = OnBusy.SKIP)
		public @Nullable Boolean shipById(long id) {
			return true;
		}

		@DistributedLock(name = "order", key = "#p0", onBusy = OnBusy.SKIP)
		public @Nullable Boolean shipFirst(String id) {
			return true;
		}

		@DistributedLock(name = "order",
				key = "#root.targetClass.simpleName + '.' + #root.methodName + '.' + #root.args[0]",
				onBusy = OnBusy.SKIP)
		public @Nullable Boolean byCall(int number) {
			return true;
		}

		@DistributedLock(name = "order", key = "#object")
		public void byObject(Object object) {
		}

	}

	@DistributedLock(name = "guarded", onBusy = OnBusy.SKIP)
	static class Guarded {

		public @Nullable Boolean run() {
			return true;
		}

		@Override
		public String toString() {
			return "guarded";
		}

	}

	@DistributedLock(name = "job-${app.lock}", onBusy = OnBusy.SKIP)
	@Retention(RetentionPolicy.RUNTIME)
	@interface Nightly {

	}

	static class Jobs {

		@Nightly
		@Nullable Boolean run() {
			return true;
		}

	}

	interface Task {

		@DistributedLock(name = "task", onBusy = OnBusy.SKIP)
		@Nullable Boolean run();

	}

	static class TaskImplementation implements Task {

		@Override
		public @Nullable Boolean run() {
			return true;
		}

	}

	static class LostLocks {

		final List<String> names = new CopyOnWriteArrayList<>();

		@EventListener
		void onLost(LockLostEvent event) {
			this.names.add(event.name());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement(proxyTargetClass = true)
	static class Transactions {

		@Bean
		RecordingTransactionManager transactionManager(Coordinator coordinator) {
			return new RecordingTransactionManager(coordinator);
		}

		@Bean
		Ledger ledger() {
			return new Ledger();
		}

	}

	static class Ledger {

		@Transactional
		@DistributedLock("ledger")
		public void book() {
		}

	}

	static class RecordingTransactionManager extends AbstractPlatformTransactionManager {

		final List<String> steps = new ArrayList<>();

		private final transient Coordinator coordinator;

		RecordingTransactionManager(Coordinator coordinator) {
			this.coordinator = coordinator;
		}

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			record("begin");
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			record("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			record("rollback");
		}

		private void record(String step) {
			boolean free = this.coordinator.readWriteLock("ledger")
				.writeLock()
				.tryAcquire()
				.map(LockHandle::release)
				.orElse(false);
			this.steps.add(step + (free ? ", free" : ", held"));
		}

	}

}
