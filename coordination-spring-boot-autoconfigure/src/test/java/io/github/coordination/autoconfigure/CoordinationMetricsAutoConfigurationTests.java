package io.github.coordination.autoconfigure;

import java.util.Map;
import java.util.UUID;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.actuate.CoordinationMetrics;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CoordinationMetricsAutoConfiguration} and {@link CoordinationMetrics}.
 */
class CoordinationMetricsAutoConfigurationTests {

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class, MetricsAutoConfiguration.class,
				CompositeMeterRegistryAutoConfiguration.class, CoordinationMetricsAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new);

	private final ApplicationContextRunner runner = this.bare.withPropertyValues(
			"coordination.url=local:" + UUID.randomUUID(), "coordination.slots=4", "coordination.auto-join=false");

	@Test
	void stateIsOneOfFour() {
		this.runner.run((context) -> {
			assertThat(value(context, "coordination.session.state", "state", "connected")).isOne();
			assertThat(value(context, "coordination.session.state", "state", "suspended")).isZero();

			context.getBean(Coordinator.class).close();

			assertThat(value(context, "coordination.session.state", "state", "connected")).isZero();
			assertThat(value(context, "coordination.session.state", "state", "closed")).isOne();
		});
	}

	@Test
	void locksAreCountedWithoutTheirNames() {
		this.runner.run((context) -> {
			Coordinator coordinator = context.getBean(Coordinator.class);
			assertThat(value(context, "coordination.locks.held")).isZero();
			LockHandle held = coordinator.lock("account-4711").tryAcquire().orElseThrow();
			Thread waiter = new Thread(() -> coordinator.lock("account-4711").asLock().lock());
			waiter.setDaemon(true);
			waiter.start();

			assertThat(value(context, "coordination.locks.held")).isOne();
			Awaitility.await().until(() -> value(context, "coordination.locks.waiting") == 1);

			held.close();
			Awaitility.await().until(() -> value(context, "coordination.locks.waiting") == 0);
			assertThat(context.getBean(MeterRegistry.class).getMeters()).map(Meter::getId)
				.noneMatch((id) -> id.toString().contains("4711"));
		});
	}

	@Test
	void namesThatAppearLaterGetMeters() {
		this.runner.run((context) -> {
			Coordinator coordinator = context.getBean(Coordinator.class);
			assertThat(context.getBean(MeterRegistry.class).find("coordination.leader").meters()).isEmpty();

			coordinator.election("billing").join();
			coordinator.group("workers").join();
			coordinator.partition("workers");

			Awaitility.await().ignoreExceptions().untilAsserted(() -> {
				assertThat(value(context, "coordination.leader", "election", "billing")).isOne();
				assertThat(value(context, "coordination.group.members", "group", "workers")).isOne();
				assertThat(value(context, "coordination.partition.slots", "group", "workers")).isEqualTo(4);
			});
			coordinator.election("billing").leave();
			coordinator.partition("workers").close();
			coordinator.group("workers").leave();
			Awaitility.await().untilAsserted(() -> {
				assertThat(value(context, "coordination.leader", "election", "billing")).isZero();
				assertThat(value(context, "coordination.group.members", "group", "workers")).isNaN();
				assertThat(value(context, "coordination.partition.slots", "group", "workers")).isZero();
			});
		});
	}

	@Test
	void namesThatWereThereBeforeHaveMeters() {
		this.runner.withPropertyValues("coordination.auto-join=true", "coordination.elections=billing")
			.run((context) -> Awaitility.await()
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(value(context, "coordination.leader", "election", "billing")).isOne()));
	}

	@Test
	void lossesAreCounted() {
		FragileStore store = new FragileStore();
		this.bare.withBean(Coordinator.class, store::connect).run((context) -> {
			assertThat(value(context, "coordination.session.changes", "state", "lost")).isZero();
			assertThat(value(context, "coordination.locks.lost")).isZero();
			assertThat(context.getBean(Coordinator.class).lock("a").tryAcquire()).isPresent();

			store.backend().on(Operation.RENEW).unavailable();
			Awaitility.await()
				.until(() -> value(context, "coordination.session.changes", "state", "suspended") == 1
						&& value(context, "coordination.session.changes", "state", "connected") == 1);
			store.backend().endSessions();

			Awaitility.await()
				.until(() -> value(context, "coordination.session.changes", "state", "lost") == 1
						&& value(context, "coordination.session.changes", "state", "connected") == 2);
			Awaitility.await().until(() -> value(context, "coordination.locks.lost") == 1);
		});
	}

	@Test
	void lostLocksAreCountedByNameIfThatIsAskedFor() {
		FragileStore store = new FragileStore();
		this.bare.withBean(Coordinator.class, store::connect)
			.withPropertyValues("coordination.metrics.lock-names=true")
			.run((context) -> {
				assertThat(context.getBean(Coordinator.class).lock("a").tryAcquire()).isPresent();

				store.backend().endSessions();

				Awaitility.await()
					.ignoreExceptions()
					.until(() -> value(context, "coordination.locks.lost", "lock", "a") == 1);
			});
	}

	@Test
	void eachCoordinatorHasItsMeters() {
		this.runner
			.withBean("reports", Coordinator.class, () -> Coordinator.connect("local:" + UUID.randomUUID()),
					(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
			.run((context) -> {
				Coordinator reports = context.getBean("reports", Coordinator.class);
				assertThat(reports.lock("a").tryAcquire()).isPresent();
				reports.election("billing").join();

				assertThat(value(context, "coordination.locks.held", "coordinator", "reports")).isOne();
				assertThat(value(context, "coordination.locks.held", "coordinator", "coordinator")).isZero();
				Awaitility.await()
					.ignoreExceptions()
					.until(() -> value(context, "coordination.leader", "coordinator", "reports", "election",
							"billing") == 1);
				assertThat(context.getBean(MeterRegistry.class)
					.find("coordination.leader")
					.tag("coordinator", "coordinator")
					.meters()).isEmpty();
				assertThat(context.getBean(MeterRegistry.class).getMeters()).map(Meter::getId)
					.filteredOn((id) -> id.getName().startsWith("coordination."))
					.isNotEmpty()
					.allMatch((id) -> id.getTag("coordinator") != null);
			});
	}

	@Test
	void backsOffWithoutARegistry() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class,
					CoordinationMetricsAutoConfiguration.class))
			.withPropertyValues("coordination.url=local:" + UUID.randomUUID())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CoordinationMetrics.class));
	}

	@Test
	void backsOffForTheMetersOfTheApplication() {
		try (Coordinator coordinator = Coordinator.connect("local:" + UUID.randomUUID())) {
			this.runner
				.withBean("own", CoordinationMetrics.class,
						() -> new CoordinationMetrics(Map.of("own", coordinator), false))
				.run((context) -> assertThat(context.getBeanNamesForType(CoordinationMetrics.class))
					.containsExactly("own"));
		}
	}

	private static double value(ApplicationContext context, String meter, String... tags) {
		return context.getBean(MeterRegistry.class)
			.get(meter)
			.tags(tags)
			.meter()
			.measure()
			.iterator()
			.next()
			.getValue();
	}

}
