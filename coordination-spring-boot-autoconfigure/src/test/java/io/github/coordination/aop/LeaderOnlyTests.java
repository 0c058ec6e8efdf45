package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;

import io.github.coordination.Coordinator;
import io.github.coordination.FencingToken;
import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.annotation.LeaderOnly;
import io.github.coordination.annotation.OnFollower;
import io.github.coordination.event.ElectionEvent;
import io.github.coordination.event.LeaderChangedEvent;
import io.github.coordination.event.LeaderGrantedEvent;
import io.github.coordination.event.LeaderRevokedEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LeaderOnly}, for the elections it joins, and for their events.
 */
class LeaderOnlyTests extends AnnotationSupport {

	private final ApplicationContextRunner billing = this.runner.withBean(Billing.class);

	@Test
	void onlyTheLeaderRuns() {
		this.billing.run((first) -> {
			awaitLeader(first);
			this.billing.run((second) -> {
				Billing leader = first.getBean(Billing.class);
				Billing follower = second.getBean(Billing.class);

				assertThat(leader.bill()).isTrue();
				assertThat(follower.bill()).isNull();
				assertThat(follower.billOptional()).isEmpty();
				assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(follower::billOrThrow)
					.withMessageContaining("'billing'");
			});
		});
	}

	@Test
	void termIsFilledIn() {
		this.billing.run((context) -> {
			awaitLeader(context);

			FencingToken term = context.getBean(Billing.class).term(null);

			assertThat(term).isEqualTo(context.getBean(Coordinator.class).election("billing").term());
		});
	}

	@Test
	void eventsComeInOrder() {
		this.billing.withBean(Recorder.class).run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);
			awaitLeader(context);
			Awaitility.await().until(() -> recorder.names().contains("LeaderChangedEvent"));

			context.getBean(Coordinator.class).election("billing").standDown();

			Awaitility.await().until(() -> recorder.names().stream().filter("LeaderGrantedEvent"::equals).count() == 2);
			assertThat(recorder.terms()).containsExactly("granted 0", "revoked 0", "granted 1");
		});
	}

	@Test
	void revocationIsToldBeforeTheContextIsClosed() {
		AtomicInteger revoked = new AtomicInteger();
		this.billing.withBean(Recorder.class, () -> new Recorder() {

			@Override
			@EventListener
			public void onEvent(ElectionEvent event) {
				super.onEvent(event);
				if (event instanceof LeaderRevokedEvent) {
					revoked.incrementAndGet();
				}
			}

		}).run(AnnotationSupport::awaitLeader);

		assertThat(revoked).hasValue(1);
	}

	@Test
	void listenerThatFailsEndsNothing() {
		this.billing.withBean(FailingListener.class).withBean(Recorder.class).run((context) -> {
			awaitLeader(context);

			context.getBean(Coordinator.class).election("billing").standDown();

			awaitLeader(context);
			Awaitility.await().until(() -> context.getBean(FailingListener.class).calls.get() >= 2);
		});
	}

	@Test
	void leadershipIsGivenUpWhenTheContextPausesAndTakenAgain() {
		this.billing.run((context) -> {
			awaitLeader(context);
			context.stop();
			assertThat(context.getBean(Coordinator.class).election("billing").isLeader()).isFalse();
			assertThat(context.getBean(Coordinator.class).election("billing").candidates()).isEmpty();
			context.start();

			awaitLeader(context);
		});
	}

	@Test
	void electionOfABeanThatIsMadeLaterIsJoinedThen() {
		this.runner.withUserConfiguration(LazyBilling.class).run((context) -> {
			assertThat(context.getBean(Coordinator.class).election("billing").candidates()).isEmpty();

			context.getBean(Billing.class);

			awaitLeader(context);
		});
	}

	@Test
	void listenerAloneIsEnough() {
		this.runner.withBean(Recorder.class).run((context) -> {
			Recorder recorder = context.getBean(Recorder.class);

			Awaitility.await().until(() -> recorder.names().contains("LeaderGrantedEvent"));

			assertThat(recorder.events).allMatch((event) -> event.election().equals("default"));
		});
	}

	@Test
	void withoutListenerAndElectionNobodyStands() {
		this.runner.run(
				(context) -> assertThat(context.getBean(Coordinator.class).election("default").candidates()).isEmpty());
	}

	@Test
	void electionsOfThePropertiesAreJoined() {
		this.runner.withBean(Recorder.class)
			.withPropertyValues("coordination.elections=reports,mails")
			.run((context) -> {
				Coordinator coordinator = context.getBean(Coordinator.class);

				Awaitility.await()
					.until(() -> coordinator.election("reports").isLeader()
							&& coordinator.election("mails").isLeader());
				Awaitility.await()
					.untilAsserted(
							() -> assertThat(context.getBean(Recorder.class).events).extracting(ElectionEvent::election)
								.contains("reports", "mails")
								.doesNotContain("default"));
			});
	}

	@Test
	void joiningCanBeLeftToTheApplication() {
		this.billing.withBean(Recorder.class).withPropertyValues("coordination.auto-join=false").run((context) -> {
			Coordinator coordinator = context.getBean(Coordinator.class);
			assertThat(coordinator.election("billing").candidates()).isEmpty();
			assertThat(context.getBean(Billing.class).bill()).isNull();

			coordinator.election("billing").join();

			awaitLeader(context);
			Awaitility.await().until(() -> context.getBean(Recorder.class).names().contains("LeaderGrantedEvent"));
		});
	}

	@Test
	void subscriptionIsThatOfTheLeader() {
		this.billing.run((first) -> {
			awaitLeader(first);
			this.billing.run((second) -> {
				Mono<String> later = second.getBean(Billing.class).quick();
				assertThat(first.getBean(Billing.class).quick().block(Duration.ofSeconds(20))).isEqualTo("ran");
				assertThat(later.blockOptional(Duration.ofSeconds(20))).isEmpty();

				first.close();
				awaitLeader(second);

				assertThat(later.block(Duration.ofSeconds(20))).isEqualTo("ran");
			});
		});
	}

	@Test
	void electionsOfOneApplicationAreIndependent() {
		this.runner.withBean(Office.class).run((context) -> {
			Coordinator coordinator = context.getBean(Coordinator.class);
			Office office = context.getBean(Office.class);
			Awaitility.await()
				.until(() -> coordinator.election("mails").isLeader() && coordinator.election("reports").isLeader());

			coordinator.election("mails").leave();

			assertThat(office.mail()).isNull();
			assertThat(office.report()).isTrue();
		});
	}

	static class Billing {

		@LeaderOnly("billing")
		public Mono<String> quick() {
			return Mono.just("ran");
		}

		@LeaderOnly("billing")
		public @Nullable Boolean bill() {
			return true;
		}

		@LeaderOnly(election = "billing")
		public Optional<String> billOptional() {
			return Optional.of("ran");
		}

		@LeaderOnly(election = "billing", onFollower = OnFollower.THROW)
		public boolean billOrThrow() {
			return true;
		}

		@LeaderOnly("billing")
		public @Nullable FencingToken term(@Nullable FencingToken term) {
			return term;
		}

	}

	static class Office {

		@LeaderOnly("mails")
		public @Nullable Boolean mail() {
			return true;
		}

		@LeaderOnly("reports")
		public @Nullable Boolean report() {
			return true;
		}

	}

	static class Recorder {

		final List<ElectionEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		public void onEvent(ElectionEvent event) {
			this.events.add(event);
		}

		List<String> names() {
			return this.events.stream().map((event) -> event.getClass().getSimpleName()).toList();
		}

		/**
		 * Grants and revocations, with terms numbered in the order in which they were
		 * seen.
		 */
		List<String> terms() {
			List<FencingToken> seen = this.events.stream()
				.filter(LeaderGrantedEvent.class::isInstance)
				.map((event) -> ((LeaderGrantedEvent) event).term())
				.toList();
			return this.events.stream().filter((event) -> !(event instanceof LeaderChangedEvent)).map((event) -> {
				if (event instanceof LeaderGrantedEvent granted) {
					return "granted " + seen.indexOf(granted.term());
				}
				return "revoked " + seen.indexOf(((LeaderRevokedEvent) event).term());
			}).toList();
		}

	}

	static class FailingListener {

		final AtomicInteger calls = new AtomicInteger();

		@EventListener
		void onGranted(LeaderGrantedEvent event) {
			this.calls.incrementAndGet();
			throw new IllegalStateException("listener");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyBilling {

		@Bean
		@Lazy
		Billing billing() {
			return new Billing();
		}

	}

}
