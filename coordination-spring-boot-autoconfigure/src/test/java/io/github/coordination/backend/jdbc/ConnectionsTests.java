package io.github.coordination.backend.jdbc;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.spi.Clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Connections}: what follows from the failure of a statement.
 */
class ConnectionsTests {

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

	private final AtomicInteger opened = new AtomicInteger();

	private final AtomicInteger calls = new AtomicInteger();

	private final ExecutorService openers = Executors.newSingleThreadExecutor();

	private final ExecutorService callers = Executors.newCachedThreadPool();

	private final Connections connections = new Connections(this::open, this.openers, Clock.SYSTEM, CALL_TIMEOUT, 2,
			true);

	@AfterEach
	void close() {
		this.connections.close();
		this.openers.shutdownNow();
		this.callers.shutdownNow();
	}

	@Test
	void whatTheDatabaseRolledBackIsRepeated() {
		assertThat(this.connections.<Integer>write((link) -> failing("40001", 2))).isEqualTo(3);
		assertThat(this.opened).hasValue(1);
	}

	@Test
	void repetitionsEnd() {
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.connections.write((link) -> failing("40P01", 10)))
			.withMessageContaining("40P01");
		assertThat(this.calls).hasValue(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "08006", "57P01", "XX000" })
	void writeThatMayHaveHappenedIsUnknownAndNotRepeated(String state) {
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> this.connections.write((link) -> failing(state, 10)))
			.withMessageContaining(state)
			.withMessageNotContaining("secret");
		assertThat(this.calls).hasValue(1);

		assertThat(this.connections.<Boolean>read((link) -> true)).isTrue();
		assertThat(this.opened).as("the connection is not used again").hasValue(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "42501", "55P03", "57014" })
	void writeThatWasRefusedHasNotHappened(String state) {
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.connections.write((link) -> failing(state, 10)))
			.withMessageNotContaining("secret");
		assertThat(this.calls).hasValue(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "40001", "42501" })
	void failureOfALaterStatementDoesNotDenyTheEffectOfTheFirst(String state) {
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> this.connections.write((link) -> {
				link.execute("create table things (id integer)");
				link.change("insert into things values (1)");
				return failing(state, 10);
			}));
		assertThat(this.calls).hasValue(1);
	}

	@Test
	void connectionToAServerThatTakesNoWritesIsNotUsedAgain() {
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.connections.write((link) -> failing("25006", 10)));

		assertThat(this.connections.<Boolean>read((link) -> true)).isTrue();
		assertThat(this.opened).hasValue(2);
	}

	@Test
	void connectionThatComesTooLateForACallIsThereForTheNext() {
		CountDownLatch open = new CountDownLatch(1);
		Connections slow = new Connections(() -> {
			awaitUninterruptibly(open);
			return open();
		}, this.openers, Clock.SYSTEM, Duration.ofMillis(200), 1, false);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> slow.read((link) -> true));
		open.countDown();

		Awaitility.await().ignoreExceptions().until(() -> slow.read((link) -> true));

		assertThat(this.opened).hasValue(1);
		slow.close();
	}

	@Test
	void statementForWhichNoTimeIsLeftHasNotHappened() {
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.connections.write((link) -> {
			link.begin(Clock.SYSTEM.nanoTime());
			return link.change("create table things (id integer)");
		}));

		assertThat(this.connections.<Boolean>read((link) -> true)).isTrue();
		assertThat(this.opened).hasValue(1);
	}

	@Test
	void readThatFailsIsNotUnknown() {
		assertThatExceptionOfType(BackendUnavailableException.class)
			.isThrownBy(() -> this.connections.read((link) -> failing("08006", 10)));
	}

	@Test
	void answerOfADatabaseThatWasLeftMeanwhileDoesNotCount() {
		assertThatExceptionOfType(IndeterminateResultException.class)
			.isThrownBy(() -> this.connections.write((link) -> {
				this.connections.reconnect();
				return true;
			}));
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> this.connections.read((link) -> {
			this.connections.reconnect();
			return true;
		}));

		assertThat(this.connections.<Boolean>read((link) -> true)).isTrue();
		assertThat(this.opened).hasValue(3);
	}

	@Test
	void whoWaitsWhileAllConnectionsBreakGetsANewOne() {
		Connections single = new Connections(this::open, this.openers, Clock.SYSTEM, Duration.ofMinutes(10), 1, true);
		AtomicReference<CompletableFuture<Boolean>> waiting = new AtomicReference<>();
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> single.read((link) -> {
			CompletableFuture<Thread> caller = new CompletableFuture<>();
			waiting.set(CompletableFuture.supplyAsync(() -> {
				caller.complete(Thread.currentThread());
				return single.<Boolean>read((other) -> true);
			}, this.callers));
			Awaitility.await().until(() -> caller.join().getState() == Thread.State.TIMED_WAITING);
			return failing("08006", 1);
		}));

		assertThat(waiting.get()).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(true);
		assertThat(this.opened).hasValue(2);
		single.close();
	}

	@Test
	void failedOpeningIsToldToOneAndTriedAgainForTheOther() {
		CountDownLatch bothWait = new CountDownLatch(1);
		Connections single = new Connections(() -> {
			awaitUninterruptibly(bothWait);
			if (this.calls.incrementAndGet() == 1) {
				throw new SQLException("secret", "08001");
			}
			return open();
		}, this.openers, Clock.SYSTEM, Duration.ofMinutes(10), 1, true);
		List<CompletableFuture<Thread>> callers = Stream.generate(CompletableFuture<Thread>::new).limit(2).toList();
		List<CompletableFuture<Boolean>> waiting = callers.stream()
			.map((caller) -> CompletableFuture.supplyAsync(() -> {
				caller.complete(Thread.currentThread());
				return single.<Boolean>read((link) -> true);
			}, this.callers))
			.toList();
		callers.forEach(
				(caller) -> Awaitility.await().until(() -> caller.join().getState() == Thread.State.TIMED_WAITING));

		bothWait.countDown();

		Awaitility.await().until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
		assertThat(waiting).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(1);
		assertThat(this.opened).hasValue(1);
		single.close();
	}

	@Test
	void databaseOfAnotherKindIsRefused() {
		Connections others = new Connections(() -> {
			throw new ConfigurationException("coordination.url", "it is another.", "Use one of these.");
		}, this.openers, Clock.SYSTEM, CALL_TIMEOUT, 2, true);

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> others.read((link) -> true));
	}

	@Test
	void nobodyWaitsForAConnectionOfAClosedClient() throws InterruptedException {
		CountDownLatch opening = new CountDownLatch(1);
		CountDownLatch open = new CountDownLatch(1);
		Connections slow = new Connections(() -> {
			opening.countDown();
			awaitUninterruptibly(open);
			return open();
		}, this.openers, Clock.SYSTEM, Duration.ofMinutes(10), 2, true);
		List<CompletableFuture<Boolean>> waiting = Stream
			.generate(() -> CompletableFuture.supplyAsync(() -> slow.<Boolean>read((link) -> true), this.callers))
			.limit(3)
			.toList();
		opening.await();

		slow.close();

		assertThat(waiting).allSatisfy((each) -> assertThat(each).failsWithin(Duration.ofMinutes(1))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(BackendUnavailableException.class));
		open.countDown();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Integer failing(String state, int times) throws SQLException {
		if (this.calls.incrementAndGet() <= times) {
			throw new SQLException("secret", state);
		}
		return this.calls.get();
	}

	private Link open() throws SQLException {
		this.opened.incrementAndGet();
		return Link.open(() -> DriverManager.getConnection("jdbc:h2:mem:"), CALL_TIMEOUT, false, Clock.SYSTEM);
	}

}
