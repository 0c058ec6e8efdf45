package io.github.coordination.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.SessionState;
import io.github.coordination.event.SessionEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CoordinationAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CoordinationAutoConfigurationTests {

	private final String url = "local:" + UUID.randomUUID();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare.withPropertyValues("coordination.url=" + this.url);

	@Test
	void isFoundByBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, null).getCandidates())
			.contains(CoordinationAutoConfiguration.class.getName());
	}

	@Test
	void coordinatorIsConnectedAndClosedWithTheContext() {
		Coordinator[] made = new Coordinator[1];
		this.runner.run((context) -> {
			made[0] = context.getBean(Coordinator.class);
			assertThat(made[0].state()).isEqualTo(SessionState.CONNECTED);
		});

		assertThat(made[0].state()).isEqualTo(SessionState.CLOSED);
	}

	@Test
	void coordinatorIsClosedBeforeConnectionsStop() {
		StateAtStop connection = new StateAtStop();
		this.runner.withBean(StateAtStop.class, () -> connection)
			.run((context) -> connection.coordinator = context.getBean(Coordinator.class));

		assertThat(connection.state).isEqualTo(SessionState.CLOSED);
	}

	@Test
	void coordinatorStaysOpenWhileTheContextPauses() {
		this.runner.run((context) -> {
			context.stop();
			assertThat(context.getBean(Coordinator.class).state()).isEqualTo(SessionState.CONNECTED);
			context.start();
			assertThat(context.getBean(Coordinator.class).lock("a").tryAcquire()).isPresent();
		});
	}

	@Test
	void backsOffForTheCoordinatorOfTheApplication() {
		try (Coordinator own = Coordinator.connect(CoordinatorOptions.of(this.url).withMemberId("own"))) {
			this.bare
				.withBean("mine", Coordinator.class, () -> own, (definition) -> definition.setDestroyMethodName(""))
				.run((context) -> assertThat(context).hasSingleBean(Coordinator.class)
					.doesNotHaveBean(CoordinationConnectionDetails.class));

			assertThat(own.state()).isEqualTo(SessionState.CONNECTED);
		}
	}

	@Test
	void propertiesReachTheCoordinator() {
		this.runner
			.withPropertyValues("coordination.member-id=node-1", "coordination.namespace=shop", "coordination.slots=16")
			.run((context) -> {
				Coordinator coordinator = context.getBean(Coordinator.class);
				assertThat(coordinator.memberId()).isEqualTo("node-1");
				assertThat(coordinator.partition("workers").slots()).isEqualTo(16);
				try (Coordinator neighbour = Coordinator
					.connect(CoordinatorOptions.of(this.url).withNamespace("shop"))) {
					coordinator.group("workers").join();
					assertThat(neighbour.group("workers").members()).hasSize(1);
				}
			});
	}

	@Test
	void defaultsAreThoseOfTheDocumentation() {
		this.runner.run((context) -> {
			CoordinationProperties properties = context.getBean(CoordinationProperties.class);
			assertThat(properties.ttl()).isEqualTo(Duration.ofSeconds(15));
			assertThat(properties.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
			assertThat(properties.revocationTimeout()).isEqualTo(Duration.ofSeconds(10));
			assertThat(properties.waitTime()).isEqualTo(Duration.ofSeconds(10));
			assertThat(properties.slots()).isEqualTo(256);
			assertThat(properties.autoJoin()).isTrue();
			assertThat(properties.elections()).isEmpty();
			assertThat(properties.groups()).isEmpty();
			assertThat(properties.partitions()).isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "coordination.ttl=0s", "coordination.connect-timeout=-1s",
			"coordination.revocation-timeout=0", "coordination.wait-time=-1s", "coordination.slots=0",
			"coordination.elections=a,,b", "coordination.namespace=", "coordination.member-id=" })
	void faultyPropertyFailsTheStartAndIsNamed(String property) {
		this.runner.withPropertyValues(property).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(ConfigurationException.class, (failure) -> assertThat(failure.setting())
					.isEqualTo(property.substring(0, property.indexOf('='))));
		});
	}

	@Test
	void durationThatIsNoneFailsTheStart() {
		this.runner.withPropertyValues("coordination.ttl=soon")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'soon' is not a valid duration"));
	}

	@Test
	void namespaceIsTheApplicationsName(CapturedOutput output) {
		this.runner.withPropertyValues("spring.application.name=orders").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("namespace 'orders'");
		});
	}

	@Test
	void logSaysWhereOnceAndNoSecret(CapturedOutput output) {
		this.bare.withBean(CoordinationConnectionDetails.class, () -> () -> this.url + "?expire=true")
			.withPropertyValues("coordination.member-id=node-1", "coordination.url=redis://jo:secret@host")
			.run((context) -> {
				assertThat(output.getOut().lines().filter((line) -> line.contains("Coordinating through"))).hasSize(1);
				assertThat(output).contains("through local: in namespace 'default' as member 'node-1'")
					.doesNotContain("secret");
				assertThat(context.getBean(CoordinationProperties.class)).asString().doesNotContain("secret");
			});
	}

	@Test
	void connectionDetailsTakePrecedence() {
		this.bare.withPropertyValues("coordination.url=nowhere:")
			.withBean(CoordinationConnectionDetails.class, () -> () -> this.url)
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(CoordinationConnectionDetails.class));
	}

	@Test
	void withoutUrlTheProcessesOfTheUserShareFiles(@TempDir Path directory, CapturedOutput output) {
		Path expected = directory.resolve("coordination-jo_doe");
		this.bare.withSystemProperties("java.io.tmpdir=" + directory, "user.name=jo doe").run((context) -> {
			assertThat(context.getBean(Coordinator.class).lock("a").tryAcquire()).isPresent();
			assertThat(expected).isDirectory();
			assertThat(output.getOut().lines().filter((line) -> line.contains(expected.toString()))).singleElement()
				.asString()
				.contains("namespace 'default'", "member '", "coordination.url is not set");
		});
	}

	@Test
	void withoutUrlACloudPlatformIsRefused() {
		this.bare.withPropertyValues("spring.main.cloud-platform=kubernetes").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(ConfigurationException.class)
				.hasMessageContaining("KUBERNETES");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.context.checkpoint=onRefresh", "AWS_LAMBDA_INITIALIZATION_TYPE=snap-start" })
	void sessionThatWouldBeCopiedIsRefused(String checkpoint) {
		this.runner.withPropertyValues(checkpoint).run((context) -> assertThat(context).hasNotFailed());
		this.runner.withPropertyValues(checkpoint, "coordination.url=ipc:")
			.run((context) -> assertThat(context).getFailure()
				.hasRootCauseInstanceOf(ConfigurationException.class)
				.rootCause()
				.hasMessageContaining("checkpoint"));
	}

	@Test
	void withUrlACloudPlatformIsFine() {
		this.runner.withPropertyValues("spring.main.cloud-platform=kubernetes")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void metadataTellsTheDefaultsThatHold() {
		Map<String, Object> told = new PropertiesMetadata().list("properties")
			.stream()
			.filter((property) -> String.valueOf(property.get("name")).matches("coordination\\..+"))
			.filter((property) -> property.containsKey("defaultValue"))
			.collect(Collectors.toMap((property) -> String.valueOf(property.get("name")),
					(property) -> property.get("defaultValue")));
		assertThat(told).containsOnlyKeys("coordination.auto-join", "coordination.connect-timeout",
				"coordination.jdbc.initialize-schema", "coordination.metrics.lock-names",
				"coordination.revocation-timeout", "coordination.slots", "coordination.ttl", "coordination.wait-time");
		this.runner.run((context) -> this.runner.withPropertyValues(
				told.entrySet().stream().map((each) -> each.getKey() + "=" + each.getValue()).toArray(String[]::new))
			.run((other) -> assertThat(other.getBean(CoordinationProperties.class))
				.isEqualTo(context.getBean(CoordinationProperties.class))));
	}

	@Test
	void faultyNamesAreRefusedByThePropertiesThemselves() {
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> new CoordinationProperties(null, null, null, Duration.ZERO, Duration.ZERO, Duration.ZERO,
					Duration.ZERO, null, 1, true, List.of(), List.of("x".repeat(513)), List.of(), Set.of(),
					CoordinationJdbcProperties.DEFAULTS, CoordinationSslProperties.DEFAULTS))
			.satisfies((ex) -> assertThat(ex.setting()).isEqualTo("coordination.groups"));
	}

	@Test
	void maxHoldThatWouldLoseEveryLockIsRefused() {
		this.runner.withPropertyValues("coordination.max-hold=0s").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(ConfigurationException.class,
						(ex) -> assertThat(ex.setting()).isEqualTo("coordination.max-hold"));
		});
	}

	@Test
	void lossAndRestorationAreEvents() {
		FragileStore store = new FragileStore();
		this.bare.withBean(Coordinator.class, store::connect).withBean(Recorder.class).run((context) -> {
			store.backend().endSessions();

			Awaitility.await()
				.untilAsserted(
						() -> assertThat(context.getBean(Recorder.class).events).contains("CoordinationLostEvent")
							.endsWith("CoordinationRestoredEvent"));
		});
	}

	@Test
	void noBeanAppearsThatIsNotOurs() {
		this.runner.run((context) -> assertThat(context.getBeanDefinitionNames())
			.filteredOn((name) -> !name.startsWith("org.springframework."))
			.isNotEmpty()
			.allMatch((name) -> context.getBean(name).getClass().getName().startsWith("io.github.coordination.")));
	}

	static class Recorder {

		final List<String> events = new CopyOnWriteArrayList<>();

		@EventListener
		void onEvent(SessionEvent event) {
			this.events.add(event.toString());
		}

	}

	/**
	 * Stands for a connection of the application that stops where Lettuce's does.
	 */
	static class StateAtStop implements SmartLifecycle {

		private Coordinator coordinator;

		private SessionState state;

		private boolean running;

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			this.state = this.coordinator.state();
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

}
