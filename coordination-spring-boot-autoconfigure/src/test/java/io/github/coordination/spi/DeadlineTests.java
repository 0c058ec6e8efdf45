package io.github.coordination.spi;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Waits until a deadline, and what an interrupt does to them.
 */
class DeadlineTests {

	private final Clock clock = Clock.SYSTEM;

	private final Deadline passed = Deadline.after(this.clock, Duration.ofSeconds(-1));

	@AfterEach
	void forgetTheInterrupt() {
		Thread.interrupted();
	}

	@Test
	void answerThatIsThereIsReturnedThoughTheDeadlineHasPassed() throws Exception {
		assertThat(this.passed.hasPassed()).isTrue();
		assertThat(this.passed.<String>await(CompletableFuture.completedFuture("a"))).isEqualTo("a");
		assertThatExceptionOfType(TimeoutException.class)
			.isThrownBy(() -> this.passed.await(new CompletableFuture<>()));
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> this.passed.await(CompletableFuture.failedFuture(new IllegalStateException())));
	}

	@Test
	void interruptEndsNoWaitAndIsKept() throws Exception {
		CompletableFuture<String> answer = new CompletableFuture<>();
		Thread answering = new Thread(() -> answer.complete("a"));
		Thread.currentThread().interrupt();
		answering.start();

		assertThat(Deadline.never(this.clock).await(answer)).isEqualTo("a");
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThat(Deadline.never(this.clock).lock(new ReentrantLock())).isTrue();
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void lockOfAnotherThreadIsNotTakenInTime() throws InterruptedException {
		ReentrantLock lock = new ReentrantLock();
		Thread other = new Thread(lock::lock);
		other.start();
		other.join();

		assertThat(Deadline.after(this.clock, Duration.ofMillis(1)).lock(lock)).isFalse();
	}

	@Test
	void shareLeavesTimeForTheOthers() {
		Deadline whole = Deadline.after(this.clock, Duration.ofHours(3));

		assertThat(whole.share(3).remaining()).isLessThanOrEqualTo(Duration.ofHours(1).toNanos())
			.isGreaterThan(Duration.ofMinutes(30).toNanos());
		assertThat(this.passed.share(3).hasPassed()).isTrue();
	}

}
