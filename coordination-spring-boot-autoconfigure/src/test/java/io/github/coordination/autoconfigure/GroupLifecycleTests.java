package io.github.coordination.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.github.coordination.Coordinator;
import io.github.coordination.Member;
import io.github.coordination.annotation.GroupMember;
import io.github.coordination.event.GroupEvent;
import io.github.coordination.event.PartitionsChangedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GroupLifecycle}, and so for {@link GroupMember}.
 */
class GroupLifecycleTests {

	private final String url = "local:" + UUID.randomUUID();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=" + this.url, "app.zone=north");

	@Test
	void memberWhileTheContextRuns() {
		this.runner.withPropertyValues("coordination.groups=workers").withBean(Recorder.class).run((observer) -> {
			this.runner.withPropertyValues("coordination.member-id=w1").withBean(Worker.class).run((context) -> {
				assertThat(members(observer)).extracting(Member::id).containsExactly("w1");
				Awaitility.await()
					.untilAsserted(() -> assertThat(observer.getBean(Recorder.class).events)
						.containsExactly("MemberJoinedEvent[workers, w1]"));
				context.getBean(Coordinator.class).group("workers").update(Map.of("zone", "south"));
				Awaitility.await()
					.untilAsserted(() -> assertThat(observer.getBean(Recorder.class).events)
						.contains("MemberUpdatedEvent[workers, w1]"));
			});

			assertThat(members(observer)).isEmpty();
			Awaitility.await()
				.untilAsserted(() -> assertThat(observer.getBean(Recorder.class).events).containsExactly(
						"MemberJoinedEvent[workers, w1]", "MemberUpdatedEvent[workers, w1]",
						"MemberLeftEvent[workers, w1]"));
		});
	}

	@Test
	void beansShareOneMembershipAndItsMetadata() {
		this.runner.withBean(Worker.class)
			.withBean(HeavyWorker.class)
			.run((context) -> assertThat(members(context)).singleElement()
				.satisfies((member) -> assertThat(member.metadata()).containsOnly(Map.entry("zone", "north"),
						Map.entry("weight", "2"))));
	}

	@Test
	void joinsAgainAfterAStop() {
		this.runner.withBean(Worker.class).run((context) -> {
			context.stop();
			assertThat(members(context)).isEmpty();
			context.start();

			assertThat(members(context)).hasSize(1);
		});
	}

	@Test
	void followsReadiness() {
		try (ConfigurableApplicationContext context = application()) {
			assertThat(context.getBean(Application.class).membersWhileStarting).isZero();
			assertThat(members(context)).hasSize(1);

			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			assertThat(members(context)).isEmpty();
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(members(context)).hasSize(1);

			context.stop();
			assertThat(members(context)).isEmpty();
			context.start();
			assertThat(members(context)).hasSize(1);
		}
	}

	@Test
	void readinessOfAnotherContextIsNotFollowed() {
		try (ConfigurableApplicationContext context = application()) {
			this.runner
				.run((other) -> context.publishEvent(new AvailabilityChangeEvent<>(other.getSourceApplicationContext(),
						ReadinessState.REFUSING_TRAFFIC)));

			assertThat(members(context)).hasSize(1);
		}
	}

	@Test
	void joiningCanBeLeftToTheApplication() {
		this.runner.withPropertyValues("coordination.auto-join=false")
			.withBean(Worker.class)
			.run((context) -> assertThat(members(context)).isEmpty());
	}

	@Test
	void partitionsAreSharedAndTold() {
		this.runner.withPropertyValues("coordination.partitions=workers", "coordination.slots=8")
			.withBean(Worker.class)
			.withBean(Recorder.class)
			.run((context) -> {
				Recorder recorder = context.getBean(Recorder.class);

				Awaitility.await().until(() -> recorder.slots.size() == 8);

				assertThat(context.getBean(Coordinator.class).partition("workers").isMine("anything")).isTrue();
			});
	}

	private static List<Member> members(ApplicationContext context) {
		return context.getBean(Coordinator.class).group("workers").members();
	}

	private ConfigurableApplicationContext application() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("coordination.url=" + this.url, "app.zone=north")
			.run();
	}

	@GroupMember(group = "workers", metadata = "zone=${app.zone}")
	static class Worker {

	}

	@GroupMember(group = "workers", metadata = { "zone=north", "weight=2" })
	static class HeavyWorker {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoordinationAutoConfiguration.class)
	static class Application {

		int membersWhileStarting = -1;

		@Bean
		Worker worker() {
			return new Worker();
		}

		@Bean
		ApplicationRunner warmUp(Coordinator coordinator) {
			return (arguments) -> this.membersWhileStarting = coordinator.group("workers").members().size();
		}

	}

	static class Recorder {

		final List<String> events = new CopyOnWriteArrayList<>();

		final List<Integer> slots = new CopyOnWriteArrayList<>();

		@EventListener
		void onEvent(GroupEvent event) {
			this.events.add(event.toString());
		}

		@EventListener
		void onSlots(PartitionsChangedEvent event) {
			this.slots.removeAll(event.revoked());
			this.slots.addAll(event.assigned());
		}

	}

}
