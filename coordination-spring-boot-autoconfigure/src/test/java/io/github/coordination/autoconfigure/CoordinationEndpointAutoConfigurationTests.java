package io.github.coordination.autoconfigure;

import java.security.Principal;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.audit.listener.AuditListener;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.jmx.JmxEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.jmx.JmxOperation;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.ElectionListener;
import io.github.coordination.LockHandle;
import io.github.coordination.LockQueue;
import io.github.coordination.MisuseException;
import io.github.coordination.actuate.CoordinationEndpoint;
import io.github.coordination.actuate.CoordinationEndpoint.Intervention;
import io.github.coordination.test.Operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CoordinationEndpointAutoConfiguration} and
 * {@link CoordinationEndpoint}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CoordinationEndpointAutoConfigurationTests {

	private static final SecurityContext OPERATOR = new SecurityContext() {

		@Override
		public Principal getPrincipal() {
			return () -> "ann\nROOT";
		}

		@Override
		public boolean isUserInRole(String role) {
			return false;
		}

	};

	private final String url = "local:" + UUID.randomUUID();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class, EndpointAutoConfiguration.class,
				CoordinationEndpointAutoConfiguration.class))
		.withPropertyValues("coordination.url=" + this.url, "coordination.member-id=one",
				"management.endpoints.web.exposure.include=*");

	@Test
	void isAbsentWhereItIsNotExposed() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CoordinationEndpoint.class));
	}

	@Test
	void canBeSwitchedOff() {
		this.runner.withPropertyValues("management.endpoint.coordination.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(CoordinationEndpoint.class));
	}

	@Test
	void onlyReadingIsAllowedUnlessAccessIsRaised() {
		ApplicationContextRunner jmx = this.runner
			.withConfiguration(AutoConfigurations.of(JmxAutoConfiguration.class, JmxEndpointAutoConfiguration.class))
			.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=*");

		jmx.run((context) -> assertThat(operations(context)).containsExactlyInAnyOrder("coordination", "queue"));
		jmx.withPropertyValues("management.endpoint.coordination.access=UNRESTRICTED")
			.run((context) -> assertThat(operations(context)).containsExactlyInAnyOrder("coordination", "queue",
					"standDown", "forceRelease"));
	}

	@Test
	void showsWhatTheProcessHas() {
		this.runner.run((context) -> {
			Coordinator coordinator = context.getBean(Coordinator.class);
			try (LockHandle held = coordinator.lock("a/b").tryAcquire().orElseThrow()) {
				CoordinationEndpoint endpoint = context.getBean(CoordinationEndpoint.class);

				assertThat(endpoint.coordination().held()).singleElement()
					.satisfies((each) -> assertThat(each.token()).isEqualTo(held.fencingToken()));
				assertThat(endpoint.queue("locks", names("a", "b"))).isNotNull()
					.extracting(LockQueue::holders)
					.asInstanceOf(InstanceOfAssertFactories.list(LockQueue.Contender.class))
					.containsExactly(new LockQueue.Contender("one", true, held.fencingToken()));
				assertThat(endpoint.queue("semaphores", names("a"))).isNull();
				assertThat(endpoint.queue("locks", names())).isNull();
			}
		});
	}

	@Test
	void standingDownIsAuditedAndLogged(CapturedOutput output) {
		InMemoryAuditEventRepository repository = new InMemoryAuditEventRepository();
		this.runner.withBean(AuditListener.class, () -> new AuditListener(repository))
			.withBean(Audit.class)
			.run((context) -> {
				Election election = context.getBean(Coordinator.class).election("billing");
				election.join();
				Awaitility.await().until(election::isLeader);
				long term = election.term().value();
				CoordinationEndpoint endpoint = context.getBean(CoordinationEndpoint.class);

				assertThat(endpoint.standDown(OPERATOR, "elections", names("billing")))
					.isEqualTo(new Intervention("billing", null, true));

				Awaitility.await().until(election::isLeader);
				assertThat(election.term().value()).isGreaterThan(term);
				assertThat(context.getBean(Audit.class).events).singleElement().satisfies((event) -> {
					assertThat(event.getType()).isEqualTo(CoordinationEndpoint.STAND_DOWN);
					assertThat(event.getPrincipal()).isEqualTo("ann\nROOT");
					assertThat(event.getData()).containsEntry("election", "billing").containsEntry("outcome", "done");
				});
				assertThat(repository.find(null, null, CoordinationEndpoint.STAND_DOWN)).hasSize(1);
				assertThat(output.getOut().lines().filter((line) -> line.contains("WARN")))
					.anySatisfy((line) -> assertThat(line)
						.contains("ann?ROOT asked for COORDINATION_STAND_DOWN {election=billing, outcome=done}"));
			});
	}

	@Test
	void standingDownFromWhatIsNotLedMakesNoElection() {
		this.runner.run((context) -> {
			assertThat(context.getBean(CoordinationEndpoint.class)
				.standDown(SecurityContext.NONE, "elections", names("unknown")))
				.isEqualTo(new Intervention("unknown", null, false));
			assertThat(context.getBean(Coordinator.class).snapshot().elections()).isEmpty();
		});
	}

	@Test
	void onlyOneOfTwoWhoAskAtOnceIsToldThatItIsDone() {
		FragileStore store = new FragileStore();
		this.runner.withBean(Coordinator.class, store::connect).run((context) -> {
			Election election = context.getBean(Coordinator.class).election("billing");
			election.join();
			Awaitility.await().until(election::isLeader);
			store.backend().on(Operation.LIST).always().hangs();
			election.onChange(new ElectionListener() {
			});
			Awaitility.await().until(() -> store.backend().hanging() == 1);

			List<FutureTask<Intervention>> asked = Stream
				.generate(() -> new FutureTask<>(() -> context.getBean(CoordinationEndpoint.class)
					.standDown(OPERATOR, "elections", names("billing"))))
				.limit(2)
				.toList();
			for (FutureTask<Intervention> each : asked) {
				Thread operator = new Thread(each);
				operator.start();
				Awaitility.await().until(() -> operator.getState() == Thread.State.TIMED_WAITING);
			}
			store.backend().heal();

			assertThat(List.of(asked.get(0).get().done(), asked.get(1).get().done())).containsExactlyInAnyOrder(true,
					false);
		});
	}

	@Test
	void listenerThatFailsChangesNoAnswer(CapturedOutput output) {
		this.runner.withBean(FailingListener.class).run((context) -> {
			CoordinationEndpoint endpoint = context.getBean(CoordinationEndpoint.class);
			Coordinator coordinator = context.getBean(Coordinator.class);
			long token = coordinator.lock("a").tryAcquire().orElseThrow().fencingToken().value();

			assertThat(endpoint.forceRelease(SecurityContext.NONE, "locks", names("a"), token).done()).isTrue();
			coordinator.close();
			assertThatExceptionOfType(MisuseException.class)
				.isThrownBy(() -> endpoint.forceRelease(SecurityContext.NONE, "locks", names("a"), token));

			assertThat(output)
				.contains("asked for COORDINATION_FORCE_RELEASE {lock=a, token=" + token + ", outcome=done}")
				.contains("A listener failed on the audit event COORDINATION_FORCE_RELEASE");
		});
	}

	@Test
	void forcedReleaseIsAudited() {
		this.runner.withBean(Audit.class).run((context) -> {
			CoordinationEndpoint endpoint = context.getBean(CoordinationEndpoint.class);
			try (Coordinator stuck = Coordinator.connect(this.url)) {
				LockHandle held = stuck.lock("a").tryAcquire().orElseThrow();
				long token = held.fencingToken().value();

				assertThat(endpoint.forceRelease(SecurityContext.NONE, "locks", names("a"), token + 1).done())
					.isFalse();
				assertThat(held.release()).isTrue();
				held = stuck.lock("a").tryAcquire().orElseThrow();
				token = held.fencingToken().value();
				assertThat(endpoint.forceRelease(SecurityContext.NONE, "locks", names("a"), token))
					.isEqualTo(new Intervention("a", token, true));
				assertThat(held.release()).isFalse();

				assertThat(context.getBean(Audit.class).events).extracting(AuditEvent::getPrincipal)
					.containsOnly("anonymous");
				assertThat(context.getBean(Audit.class).events).extracting((event) -> event.getData().get("outcome"))
					.containsExactly("nothing to do", "done");
			}
		});
	}

	@Test
	void failureIsAuditedToo() {
		this.runner.withBean(Audit.class).run((context) -> {
			context.getBean(Coordinator.class).close();

			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> context.getBean(CoordinationEndpoint.class)
					.forceRelease(SecurityContext.NONE, "locks", names("a"), 1));

			assertThat(context.getBean(Audit.class).events).singleElement()
				.satisfies((event) -> assertThat(event.getData()).containsEntry("outcome", "failed"));
		});
	}

	@Test
	void wrongPathIsRefusedBeforeAnythingIsDone() {
		this.runner.withBean(Audit.class).run((context) -> {
			CoordinationEndpoint endpoint = context.getBean(CoordinationEndpoint.class);

			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.forceRelease(SecurityContext.NONE, "elections", names("a"), 1));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.standDown(SecurityContext.NONE, "elections", names()));
			assertThat(context.getBean(Audit.class).events).isEmpty();
		});
	}

	private static List<String> operations(ApplicationContext context) {
		return context.getBean(JmxEndpointsSupplier.class)
			.getEndpoints()
			.stream()
			.filter((endpoint) -> endpoint.getEndpointId().toString().equals("coordination"))
			.flatMap((endpoint) -> endpoint.getOperations().stream())
			.map(JmxOperation::getName)
			.toList();
	}

	private static String[] names(String... segments) {
		return Stream.of(segments).toArray(String[]::new);
	}

	static class Audit {

		final List<AuditEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void onAudit(AuditApplicationEvent event) {
			this.events.add(event.getAuditEvent());
		}

	}

	static class FailingListener {

		@EventListener
		void onAudit(AuditApplicationEvent event) {
			throw new IllegalStateException("expected");
		}

	}

}
