package io.github.coordination.aop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

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
import io.github.coordination.MisuseException;
import io.github.coordination.annotation.GroupMember;
import io.github.coordination.annotation.OnOther;
import io.github.coordination.annotation.Partitioned;
import io.github.coordination.event.PartitionsChangedEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Partitioned}, and for the groups it joins.
 */
class PartitionedTests extends PartitionedSupport {

	private final ApplicationContextRunner workers = this.partitioned.withBean(Worker.class);

	@Test
	void onlyMemberRunsEverything() {
		this.workers.run((context) -> {
			awaitSlots(context, 16);

			assertThat(keys()).allMatch((key) -> context.getBean(Worker.class).runs(key) != null);
		});
	}

	@Test
	void keysAreSharedAmongMembers() {
		this.workers.run((first) -> {
			awaitSlots(first, 16);
			this.workers.run((second) -> {
				awaitShared(first, second);
				Worker here = first.getBean(Worker.class);
				Worker there = second.getBean(Worker.class);

				List<String> hereToo = keys().stream().filter((key) -> here.runs(key) != null).toList();
				List<String> thereToo = keys().stream().filter((key) -> there.runs(key) != null).toList();

				assertThat(hereToo).isNotEmpty().doesNotContainAnyElementsOf(thereToo);
				assertThat(thereToo).isNotEmpty();
				assertThat(hereToo.size() + thereToo.size()).isEqualTo(keys().size());
			});
		});
	}

	@Test
	void whatDoesNotRunReturnsWhatMeansNothingOrThrows() {
		this.workers.withPropertyValues("coordination.auto-join=false").run((context) -> {
			Worker worker = context.getBean(Worker.class);

			assertThat(worker.runs("a")).isNull();
			assertThat(worker.optional("a")).isEmpty();
			assertThat(worker.mono("a").blockOptional(Duration.ofSeconds(20))).isEmpty();
			assertThatExceptionOfType(LockNotAcquiredException.class).isThrownBy(() -> worker.orThrow("a"))
				.withMessageContaining("'workers'");
			assertThatExceptionOfType(LockNotAcquiredException.class)
				.isThrownBy(() -> worker.monoOrThrow("a").block(Duration.ofSeconds(20)));
		});
	}

	@Test
	void joiningCanBeLeftToTheApplication() {
		this.workers.withPropertyValues("coordination.auto-join=false").run((context) -> {
			assertThat(members(context)).isEmpty();

			context.getBean(Coordinator.class).group("workers").join();

			awaitSlots(context, 16);
			assertThat(context.getBean(Worker.class).runs("a")).isTrue();
		});
	}

	@Test
	void tokenOfTheSlotIsFilledIn() {
		this.workers.run((context) -> {
			awaitSlots(context, 16);

			FencingToken token = context.getBean(Worker.class).token("a", null);

			assertThat(token).isEqualTo(partitioner(context).fencingToken("a"));
		});
	}

	@Test
	void keyThatNamesNothingIsRefused() {
		this.workers.run((context) -> assertThatExceptionOfType(MisuseException.class)
			.isThrownBy(() -> context.getBean(Worker.class).runs(""))
			.withMessageContaining("null or empty"));
	}

	@Test
	void slotsComeBackWhenTheContextStartsAgain() {
		this.workers.run((context) -> {
			awaitSlots(context, 16);
			context.stop();
			assertThat(context.getBean(Worker.class).runs("a")).isNull();
			context.start();

			Awaitility.await().until(() -> context.getBean(Worker.class).runs("a") != null);
		});
	}

	@Test
	void groupOfABeanThatIsMadeLaterIsJoinedThen() {
		this.partitioned.withUserConfiguration(LazyWorker.class).run((context) -> {
			assertThat(members(context)).isEmpty();

			Worker worker = context.getBean(Worker.class);

			assertThat(members(context)).hasSize(1);
			Awaitility.await().until(() -> worker.runs("a") != null);
		});
	}

	@Test
	void metadataComesFromTheMember() {
		this.workers.withBean(Heavy.class)
			.run((context) -> assertThat(members(context)).singleElement()
				.satisfies((member) -> assertThat(member.metadata()).containsEntry("weight", "2")));
	}

	@Test
	void changesAreEvents() {
		this.workers.withBean(Recorder.class).run((first) -> {
			awaitSlots(first, 16);
			Recorder recorder = first.getBean(Recorder.class);
			this.workers.run((second) -> {
				awaitShared(first, second);

				Awaitility.await()
					.until(() -> recorder.revoked.containsAll(partitioner(second).mine())
							&& recorder.assigned.containsAll(slots()));
			});
		});
	}

	static class Worker implements Asking {

		@Override
		@Partitioned(group = "workers", key = "#key")
		public @Nullable Boolean runs(String key) {
			return true;
		}

		@Partitioned(group = "workers", key = "#key")
		public Optional<String> optional(String key) {
			return Optional.of("ran");
		}

		@Partitioned(group = "workers", key = "#key")
		public Mono<String> mono(String key) {
			return Mono.just("ran");
		}

		@Partitioned(group = "workers", key = "#key", onOther = OnOther.THROW)
		public boolean orThrow(String key) {
			return true;
		}

		@Partitioned(group = "workers", key = "#key", onOther = OnOther.THROW)
		public Mono<String> monoOrThrow(String key) {
			return Mono.just("ran");
		}

		@Partitioned(group = "workers", key = "#key")
		public @Nullable FencingToken token(String key, @Nullable FencingToken token) {
			return token;
		}

	}

	@GroupMember(group = "workers", metadata = "weight=2")
	static class Heavy {

	}

	static class Recorder {

		final List<Integer> assigned = new CopyOnWriteArrayList<>();

		final List<Integer> revoked = new CopyOnWriteArrayList<>();

		@EventListener
		void onChange(PartitionsChangedEvent event) {
			this.assigned.addAll(event.assigned());
			this.revoked.addAll(event.revoked());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyWorker {

		@Bean
		@Lazy
		Worker worker() {
			return new Worker();
		}

	}

}
