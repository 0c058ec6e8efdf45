package io.github.coordination.test.autoconfigure;

import java.time.Duration;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.coordination.Coordinator;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.test.memory.TestCoordination;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TestCoordinationAutoConfiguration}.
 */
@Timeout(60)
class TestCoordinationAutoConfigurationTests {

	private static final Supplier<Coordinator> REFUSED = () -> {
		throw new IllegalStateException("the application's own coordinator was asked for");
	};

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(CoordinationAutoConfiguration.class, TestCoordinationAutoConfiguration.class));

	@Test
	void annotationImportsIt() {
		assertThat(ImportCandidates.load(AutoConfigureCoordination.class, null).getCandidates()).containsExactly(
				CoordinationAutoConfiguration.class.getName(), TestCoordinationAutoConfiguration.class.getName());
	}

	@Test
	void propertiesButTheUrlCount() {
		this.runner
			.withPropertyValues("coordination.url=zookeeper://nobody.invalid", "coordination.slots=8",
					"coordination.member-id=node-1", "coordination.namespace=orders")
			.run((context) -> {
				Coordinator coordinator = context.getBean(Coordinator.class);
				assertThat(coordinator).isSameAs(context.getBean(TestCoordination.class).coordinator());
				assertThat(coordinator.partition("workers").slots()).isEqualTo(8);
				assertThat(coordinator.memberId()).isEqualTo("node-1");
				assertThat(coordinator.snapshot().namespace()).isEqualTo("orders");
			});
	}

	@Test
	void nothingIsRequiredOfTheStoreInMemory() {
		ApplicationContextRunner requiring = this.runner.withPropertyValues("coordination.require=quorum");

		requiring.run((context) -> assertThat(context).hasNotFailed());
		requiring.withBean("mine", Coordinator.class, REFUSED).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void contextsHaveStoresOfTheirOwn() {
		this.runner.run((one) -> this.runner.run((two) -> {
			one.getBean(TestCoordination.class).holdLock("a");

			assertThat(two.getBean(Coordinator.class).lock("a").tryAcquire()).isPresent();
		}));
	}

	@Test
	void coordinatorOfTheApplicationIsReplaced() {
		this.runner.withBean("mine", Coordinator.class, REFUSED)
			.run((context) -> assertThat(context.getBean("mine"))
				.isSameAs(context.getBean(TestCoordination.class).coordinator()));
	}

	@Test
	void primaryOneOfSeveralIsReplaced() {
		this.runner.withBean("mine", Coordinator.class, REFUSED, (definition) -> definition.setPrimary(true))
			.withBean("other", Coordinator.class, REFUSED, (definition) -> definition.setLazyInit(true))
			.run((context) -> assertThat(context.getBean(Coordinator.class)).isSameAs(context.getBean("mine"))
				.isSameAs(context.getBean(TestCoordination.class).coordinator()));
	}

	@Test
	void severalWithoutAPrimaryOneAreRefused() {
		this.runner.withBean("mine", Coordinator.class, REFUSED)
			.withBean("other", Coordinator.class, REFUSED)
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("[mine, other]"));
	}

	@Test
	void everythingEndsWithTheContext() {
		Coordinator[] made = new Coordinator[2];
		this.runner.run((context) -> {
			made[0] = context.getBean(Coordinator.class);
			made[1] = context.getBean(TestCoordination.class).stranger("node-2");
		});

		assertThat(made).extracting(Coordinator::state).containsOnly(SessionState.CLOSED);
	}

	@Test
	void contextThatIsSuspendedAndPausedByATestCloses() {
		Coordinator[] made = new Coordinator[1];
		this.runner.withPropertyValues("coordination.elections=e").run((context) -> {
			made[0] = context.getBean(Coordinator.class);
			context.getBean(TestCoordination.class).suspend();
			context.getBean(TestCoordination.class).pause();
		});

		assertThat(made[0].state()).isEqualTo(SessionState.CLOSED);
	}

	@Test
	void timeStandsStillWhileTheContextIsPaused() {
		this.runner.withPropertyValues("coordination.elections=e").run((context) -> {
			ConfigurableApplicationContext application = context.getSourceApplicationContext();
			Coordinator coordinator = context.getBean(Coordinator.class);
			TestCoordination coordination = context.getBean(TestCoordination.class);
			LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow();
			coordination.holdLock("b");
			coordination.grantLeadership("e");

			application.pause();

			assertThat(coordinator.election("e").isLeader()).isFalse();
			assertThat(coordination.lockHolder("b")).isEmpty();
			Duration remaining = held.remaining();
			Awaitility.await().during(Duration.ofMillis(50)).until(() -> held.remaining().equals(remaining));
			application.restart();
			coordination.settle();
			assertThat(held.isHeld()).isTrue();
			assertThat(coordinator.election("e").isLeader()).isTrue();
		});
	}

}
