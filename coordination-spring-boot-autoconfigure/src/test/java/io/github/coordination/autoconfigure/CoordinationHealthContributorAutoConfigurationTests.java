package io.github.coordination.autoconfigure;

import java.time.Instant;
import java.util.UUID;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.actuate.CoordinationHealthIndicator;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CoordinationHealthContributorAutoConfiguration} and
 * {@link CoordinationHealthIndicator}.
 */
class CoordinationHealthContributorAutoConfigurationTests {

	private static final String BEAN = "coordinationHealthContributor";

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class,
				HealthContributorAutoConfiguration.class, CoordinationHealthContributorAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID());

	@Test
	void connectedIsUpWithDetails() {
		this.runner.withPropertyValues("coordination.member-id=one", "coordination.namespace=shop").run((context) -> {
			Health health = health(context);
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).containsOnlyKeys("state", "backend", "guarantees", "lastRenewal",
					"namespace", "memberId");
			assertThat(health.getDetails())
				.hasEntrySatisfying("state", (state) -> assertThat(state).hasToString("CONNECTED"))
				.hasEntrySatisfying("guarantees", (level) -> assertThat(level).hasToString("LOCAL"))
				.hasEntrySatisfying("lastRenewal", (time) -> assertThat(time).isInstanceOf(Instant.class))
				.containsEntry("backend", "local")
				.containsEntry("namespace", "shop")
				.containsEntry("memberId", "one");
		});
	}

	@Test
	void troubleIsOutOfServiceThenDownAndNeverAsksTheStore() {
		FragileStore store = new FragileStore();
		this.bare.withBean(Coordinator.class, store::connect).run((context) -> {
			store.backend().on(Operation.RENEW).always().unavailable();
			Awaitility.await().until(() -> health(context).getStatus().equals(Status.OUT_OF_SERVICE));

			store.backend().on(Operation.values()).always().hangs();
			store.backend().endSessions();
			assertThat(health(context).getStatus()).isNotEqualTo(Status.UP);

			context.getBean(Coordinator.class).close();
			assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
			assertThat(health(context).getDetails()).hasEntrySatisfying("state",
					(state) -> assertThat(state).hasToString("CLOSED"));
			store.backend().heal();
		});
	}

	@Test
	void lostIsDown() {
		FragileStore store = new FragileStore();
		this.bare.withBean(Coordinator.class, store::connect).run((context) -> {
			store.backend().on(Operation.OPEN).always().unavailable();
			store.backend().endSessions();

			Awaitility.await().until(() -> health(context).getStatus().equals(Status.DOWN));
			assertThat(health(context).getDetails()).hasEntrySatisfying("state",
					(state) -> assertThat(state).hasToString("LOST"));
			store.backend().heal();
			Awaitility.await().until(() -> health(context).getStatus().equals(Status.UP));
		});
	}

	@Test
	void severalCoordinatorsAreShownByName() {
		this.bare
			.withBean("orders", Coordinator.class, CoordinationHealthContributorAutoConfigurationTests::connect,
					(definition) -> definition.setPrimary(true))
			.withBean("stock", Coordinator.class, CoordinationHealthContributorAutoConfigurationTests::connect)
			.run((context) -> assertThat(context.getBean(BEAN)).isInstanceOfSatisfying(CompositeHealthContributor.class,
					(composite) -> assertThat(composite.stream()).extracting(CompositeHealthContributor.Entry::name)
						.containsExactlyInAnyOrder("orders", "stock")));
	}

	@Test
	void furtherCoordinatorIsShownBesideTheFirst() {
		this.runner
			.withBean("reports", Coordinator.class, CoordinationHealthContributorAutoConfigurationTests::connect,
					(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
			.run((context) -> assertThat(context.getBean(BEAN)).isInstanceOfSatisfying(CompositeHealthContributor.class,
					(composite) -> assertThat(composite.stream()).extracting(CompositeHealthContributor.Entry::name)
						.containsExactlyInAnyOrder("coordinator", "reports")));
	}

	@Test
	void canBeDisabled() {
		this.runner.withPropertyValues("management.health.coordination.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BEAN));
	}

	@Test
	void backsOffForTheContributorOfTheApplication() {
		this.runner.withBean("coordinationHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(BEAN));
	}

	private static Health health(ApplicationContext context) {
		return ((CoordinationHealthIndicator) context.getBean(BEAN, HealthContributor.class)).health();
	}

	private static Coordinator connect() {
		return Coordinator.connect("local:" + UUID.randomUUID());
	}

}
