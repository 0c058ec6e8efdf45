package io.github.coordination.aop;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import io.github.coordination.Coordinator;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.event.LeaderRevokedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LeaderOnly} together with {@link Scheduled}.
 */
class LeaderScheduleTests extends AnnotationSupport {

	@Test
	void scheduledWorkRunsOnOneAndMovesWhenThatStops() {
		ApplicationContextRunner scheduled = this.runner.withUserConfiguration(Scheduling.class);
		scheduled.run((first) -> {
			Ticks here = first.getBean(Ticks.class);
			Awaitility.await().until(() -> here.runs() > 3);
			scheduled.run((second) -> {
				Ticks there = second.getBean(Ticks.class);
				Awaitility.await().until(() -> there.attempts() > 10);
				assertThat(there.runs()).isZero();

				first.close();

				Awaitility.await().until(() -> there.runs() > 0);
				assertThat(here.runsAfterRevocation()).isZero();
			});
		});
	}

	@Test
	void worksWithEverySchedule() {
		this.runner.withUserConfiguration(Schedules.class).run((context) -> {
			Runs runs = context.getBean(Runs.class);

			assertThat(runs.rate.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(runs.cron.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(runs.elsewhere.getCount()).isEqualTo(1);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Schedules {

		@Bean
		Runs runs() {
			return new Runs();
		}

		@Bean
		Clockwork clockwork(Coordinator coordinator, Runs runs) {
			return new Clockwork(coordinator, runs);
		}

	}

	static class Runs {

		final CountDownLatch rate = new CountDownLatch(3);

		final CountDownLatch cron = new CountDownLatch(2);

		final CountDownLatch elsewhere = new CountDownLatch(1);

	}

	static class Clockwork {

		private final Coordinator coordinator;

		private final Runs runs;

		Clockwork(Coordinator coordinator, Runs runs) {
			this.coordinator = coordinator;
			this.runs = runs;
		}

		@Scheduled(fixedRate = 5)
		@LeaderOnly("rate")
		void atARate() {
			count("rate", this.runs.rate);
		}

		@Scheduled(cron = "* * * * * *")
		@LeaderOnly("cron")
		void atTimes() {
			count("cron", this.runs.cron);
		}

		private void count(String election, CountDownLatch runs) {
			if (this.coordinator.election(election).isLeader()) {
				runs.countDown();
			}
			else {
				this.runs.elsewhere.countDown();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Scheduling {

		@Bean
		Ticks ticks() {
			return new Ticks();
		}

		@Bean
		Ticker ticker(Ticks ticks) {
			return new Ticker(ticks);
		}

	}

	static class Ticker {

		private final Ticks ticks;

		Ticker(Ticks ticks) {
			this.ticks = ticks;
		}

		@Scheduled(fixedDelay = 5)
		void attempt() {
			this.ticks.attempts.incrementAndGet();
		}

		@Scheduled(fixedDelay = 5)
		@LeaderOnly("ticks")
		void tick() {
			this.ticks.runs.incrementAndGet();
			if (this.ticks.revoked) {
				this.ticks.runsAfterRevocation.incrementAndGet();
			}
		}

	}

	static class Ticks {

		private final AtomicInteger attempts = new AtomicInteger();

		private final AtomicInteger runs = new AtomicInteger();

		private final AtomicInteger runsAfterRevocation = new AtomicInteger();

		private volatile boolean revoked;

		@EventListener
		void onRevoked(LeaderRevokedEvent event) {
			this.revoked = true;
		}

		int attempts() {
			return this.attempts.get();
		}

		int runs() {
			return this.runs.get();
		}

		int runsAfterRevocation() {
			return this.runsAfterRevocation.get();
		}

	}

}
