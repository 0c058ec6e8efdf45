package io.github.coordination.autoconfigure;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.ElectionListener;
import io.github.coordination.Leader;
import io.github.coordination.SessionState;
import io.github.coordination.annotation.GroupMember;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications whose listeners never return, and take all threads on which what has to be
 * done before a stop would run.
 */
class HangingListenersTests {

	/** As long as a phase of a stop may take where nobody says otherwise. */
	private static final Duration PHASE = Duration.ofSeconds(30);

	private final String url = "local:" + UUID.randomUUID();

	private final CountDownLatch never = new CountDownLatch(1);

	@AfterEach
	void letThemReturn() {
		this.never.countDown();
	}

	@Test
	void applicationStops() {
		ConfigurableApplicationContext context = start();
		Coordinator coordinator = context.getBean(Coordinator.class);
		hang(coordinator);

		assertThat(CompletableFuture.runAsync(context::close)).succeedsWithin(PHASE);

		assertThat(coordinator.state()).isEqualTo(SessionState.CLOSED);
		try (Coordinator next = Coordinator.connect(CoordinatorOptions.of(this.url))) {
			assertThat(next.election("billing").candidates()).isEmpty();
			assertThat(next.group("workers").members()).isEmpty();
		}
	}

	@Test
	void applicationStopsToBeReady() {
		ConfigurableApplicationContext context = start();
		hang(context.getBean(Coordinator.class));

		assertThat(CompletableFuture
			.runAsync(() -> AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC)))
			.succeedsWithin(PHASE);
		assertThat(CompletableFuture.runAsync(context::close)).succeedsWithin(PHASE);
	}

	private ConfigurableApplicationContext start() {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			.properties("coordination.url=" + this.url, "coordination.namespace=default", "coordination.ttl=3s",
					"coordination.revocation-timeout=100ms", "coordination.elections=billing",
					"coordination.partitions=workers", "coordination.slots=4")
			.run();
		Coordinator coordinator = context.getBean(Coordinator.class);
		Awaitility.await().until(() -> coordinator.election("billing").isLeader());
		Awaitility.await().until(() -> coordinator.partition("workers").mine().size() == 4);
		return context;
	}

	private void hang(Coordinator coordinator) {
		AtomicInteger hanging = new AtomicInteger();
		for (int i = 0; i < 100; i++) {
			coordinator.election("billing").onChange(new ElectionListener() {

				@Override
				public void onLeaderChanged(Optional<Leader> leader) {
					hanging.incrementAndGet();
					try {
						HangingListenersTests.this.never.await();
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}

			});
		}
		// so many threads run listeners at the most
		Awaitility.await().until(() -> hanging.get() >= 63);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoordinationAutoConfiguration.class)
	@GroupMember(group = "workers")
	static class Application {

	}

}
