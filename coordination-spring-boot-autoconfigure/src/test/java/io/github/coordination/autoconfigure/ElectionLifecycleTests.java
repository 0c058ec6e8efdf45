package io.github.coordination.autoconfigure;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.event.LeaderChangedEvent;
import io.github.coordination.event.MemberJoinedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ElectionLifecycle}: when an application is a candidate.
 */
class ElectionLifecycleTests {

	@Test
	void standsFromWhenTheApplicationIsReady() {
		List<Boolean> started = new CopyOnWriteArrayList<>();
		SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("coordination.url=local:" + UUID.randomUUID(), "coordination.elections=billing")
			.listeners((ApplicationListener<ApplicationStartedEvent>) (event) -> started
				.add(election(event.getApplicationContext()).candidates().isEmpty()));
		try (ConfigurableApplicationContext context = application.run()) {
			assertThat(started).containsExactly(true);
			Awaitility.await().until(() -> election(context).isLeader());

			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			assertThat(election(context).isLeader()).isTrue();

			context.stop();
			context.start();
			assertThat(election(context).candidates()).isEmpty();

			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			Awaitility.await().until(() -> election(context).isLeader());
		}
	}

	@Test
	void eventsComeWhenTheApplicationIsReady() throws InterruptedException {
		String url = "local:" + UUID.randomUUID();
		try (Coordinator other = Coordinator.connect(url)) {
			other.election("billing").join();
			other.group("workers").join();
			Awaitility.await().until(() -> other.election("billing").isLeader());
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, Events.class)
				.web(WebApplicationType.NONE)
				.properties("coordination.url=" + url, "coordination.namespace=default",
						"coordination.elections=billing", "coordination.groups=workers")
				.run()) {
				Events events = context.getBean(Events.class);

				Awaitility.await().until(() -> events.readyAt.size() == 2);
				assertThat(events.readyAt).containsOnly(true);
			}
		}
	}

	private static Election election(ApplicationContext context) {
		return context.getBean(Coordinator.class).election("billing");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoordinationAutoConfiguration.class)
	static class Application {

	}

	static class Events {

		private final List<Boolean> readyAt = new CopyOnWriteArrayList<>();

		private volatile boolean ready;

		@EventListener
		void onReady(ApplicationReadyEvent event) {
			this.ready = true;
		}

		@EventListener
		void onLeader(LeaderChangedEvent event) {
			this.readyAt.add(this.ready);
		}

		@EventListener
		void onMember(MemberJoinedEvent event) {
			this.readyAt.add(this.ready);
		}

	}

}
