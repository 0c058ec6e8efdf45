package io.github.coordination.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SimulatedTimeTests {

	private final SimulatedTime time = new SimulatedTime();

	private final List<String> ran = new ArrayList<>();

	private final long start = this.time.nanoTime();

	@Test
	void bothClocksAdvanceTogether() {
		long wall = this.time.currentTimeMillis();

		this.time.advance(Duration.ofMillis(1500));
		this.time.advance(Duration.ofNanos(500_000));
		this.time.advance(Duration.ofNanos(500_000));

		assertThat(this.time.nanoTime() - this.start).isEqualTo(Duration.ofMillis(1501).toNanos());
		assertThat(this.time.currentTimeMillis() - wall).isEqualTo(1501);
	}

	@Test
	void clockStandsStillByItself() {
		assertThat(this.time.nanoTime()).isEqualTo(this.time.nanoTime());
	}

	@Test
	void monotonicTimeOverflowsAsItMay() {
		this.time.advance(Duration.ofHours(1));

		assertThat(this.time.nanoTime()).isNegative();
		assertThat(this.time.nanoTime() - this.start).isEqualTo(Duration.ofHours(1).toNanos());
	}

	@Test
	void steppingTheWallClockMovesNothingElse() {
		long wall = this.time.currentTimeMillis();
		schedule(Duration.ofMinutes(1), "a");

		this.time.stepWallClock(Duration.ofDays(30));
		assertThat(this.time.currentTimeMillis() - wall).isEqualTo(Duration.ofDays(30).toMillis());
		this.time.stepWallClock(Duration.ofDays(-60));
		assertThat(this.time.currentTimeMillis() - wall).isEqualTo(Duration.ofDays(-30).toMillis());

		assertThat(this.time.nanoTime()).isEqualTo(this.start);
		this.time.advance(Duration.ZERO);
		assertThat(this.ran).isEmpty();
	}

	@Test
	void tasksRunInOrderAtTheirTimes() {
		schedule(Duration.ofSeconds(3), "c");
		schedule(Duration.ofSeconds(1), "a");
		schedule(Duration.ofSeconds(2), "b");
		schedule(Duration.ofSeconds(2), "b again");
		schedule(Duration.ofSeconds(5), "never");

		this.time.advance(Duration.ofSeconds(4));

		assertThat(this.ran).containsExactly("a at 1000", "b at 2000", "b again at 2000", "c at 3000");
		assertThat(this.time.nanoTime() - this.start).isEqualTo(Duration.ofSeconds(4).toNanos());
	}

	@Test
	void tasksRunInTheCallingThread() {
		List<Thread> threads = new ArrayList<>();
		this.time.schedule(Duration.ZERO, () -> threads.add(Thread.currentThread()));

		this.time.advance(Duration.ZERO);

		assertThat(threads).containsExactly(Thread.currentThread());
	}

	@Test
	void taskIsDueAtItsTimeAndNotBefore() {
		schedule(Duration.ofSeconds(1), "a");

		this.time.advance(Duration.ofSeconds(1).minusNanos(1));
		assertThat(this.ran).isEmpty();
		this.time.advance(Duration.ofNanos(1));
		assertThat(this.ran).containsExactly("a at 1000");
	}

	@Test
	void taskWithoutDelayRunsWithTheNextAdvance() {
		schedule(Duration.ZERO, "a");
		schedule(Duration.ofSeconds(-1), "b");
		assertThat(this.ran).isEmpty();

		this.time.advance(Duration.ZERO);

		assertThat(this.ran).containsExactly("a at 0", "b at 0");
	}

	@Test
	void tasksScheduledByTasksRunWithinTheSameAdvance() {
		this.time.schedule(Duration.ofSeconds(1), () -> schedule(Duration.ofSeconds(1), "a"));
		this.time.schedule(Duration.ofSeconds(1), () -> schedule(Duration.ofSeconds(9), "never"));

		this.time.advance(Duration.ofSeconds(3));

		assertThat(this.ran).containsExactly("a at 2000");
	}

	@Test
	void taskMayAdvanceTheTime() {
		this.time.schedule(Duration.ofSeconds(1), () -> this.time.advance(Duration.ofSeconds(5)));
		schedule(Duration.ofSeconds(2), "a");

		this.time.advance(Duration.ofSeconds(3));

		assertThat(this.ran).containsExactly("a at 2000");
		assertThat(this.time.nanoTime() - this.start).isEqualTo(Duration.ofSeconds(6).toNanos());
	}

	@Test
	void cancelledTaskDoesNotRun() {
		Runnable cancel = this.time.schedule(Duration.ofSeconds(1), () -> this.ran.add("a"));
		schedule(Duration.ofSeconds(1), "b");

		cancel.run();
		cancel.run();
		this.time.advance(Duration.ofSeconds(1));
		cancel.run();

		assertThat(this.ran).containsExactly("b at 1000");
		assertThat(this.time.untilNextTask()).isEmpty();
	}

	@Test
	void taskMayCancelATaskOfTheSameMoment() {
		List<Runnable> cancels = new ArrayList<>();
		this.time.schedule(Duration.ofSeconds(1), () -> cancels.forEach(Runnable::run));
		cancels.add(this.time.schedule(Duration.ofSeconds(1), () -> this.ran.add("a")));

		this.time.advance(Duration.ofSeconds(2));

		assertThat(this.ran).isEmpty();
	}

	@Test
	void failingTaskEndsTheCallAtItsTimeAndLosesNoOther() {
		this.time.schedule(Duration.ofSeconds(1), () -> {
			throw new IllegalStateException("a task fails");
		});
		schedule(Duration.ofSeconds(2), "b");

		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.time.advance(Duration.ofSeconds(3)))
			.withMessage("a task fails");
		assertThat(this.time.nanoTime() - this.start).isEqualTo(Duration.ofSeconds(1).toNanos());
		this.time.advance(Duration.ofSeconds(2));

		assertThat(this.ran).containsExactly("b at 2000");
	}

	@Test
	void distanceOfTheNextTaskIsKnown() {
		assertThat(this.time.untilNextTask()).isEmpty();
		schedule(Duration.ofSeconds(5), "a");
		schedule(Duration.ofSeconds(Long.MAX_VALUE), "never");

		this.time.advance(Duration.ofSeconds(2));

		assertThat(this.time.untilNextTask()).contains(Duration.ofSeconds(3));
	}

	@Test
	void timeDoesNotGoBack() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.time.advance(Duration.ofNanos(-1)))
			.withMessageContaining("does not go back");
	}

	@Test
	void otherThreadsMayScheduleAndCancelMeanwhile() throws InterruptedException {
		AtomicInteger kept = new AtomicInteger();
		AtomicInteger cancelled = new AtomicInteger();
		CountDownLatch done = new CountDownLatch(4);
		for (int i = 0; i < 4; i++) {
			new Thread(() -> {
				for (int n = 0; n < 1000; n++) {
					this.time.schedule(Duration.ofMillis(n % 7), kept::incrementAndGet);
					this.time.schedule(Duration.ofDays(1), cancelled::incrementAndGet).run();
				}
				done.countDown();
			}).start();
		}
		while (done.getCount() > 0) {
			this.time.advance(Duration.ofMillis(1));
		}
		done.await();
		this.time.advance(Duration.ofDays(2));

		assertThat(kept).hasValue(4000);
		assertThat(cancelled).hasValue(0);
	}

	private void schedule(Duration delay, String name) {
		this.time.schedule(delay,
				() -> this.ran.add(name + " at " + Duration.ofNanos(this.time.nanoTime() - this.start).toMillis()));
	}

}
