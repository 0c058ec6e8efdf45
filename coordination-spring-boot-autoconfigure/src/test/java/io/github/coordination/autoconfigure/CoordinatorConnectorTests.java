package io.github.coordination.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.LockHandle;
import io.github.coordination.SessionState;
import io.github.coordination.annotation.DistributedLock;
import io.github.coordination.event.CoordinationLostEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CoordinatorConnector}: two stores in one application.
 */
class CoordinatorConnectorTests {

	private final String url = "local:" + UUID.randomUUID();

	private final String reports = "local:" + UUID.randomUUID();

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.url=" + this.url, "coordination.namespace=shop",
				"test.reports=" + this.reports);

	private final ApplicationContextRunner runner = this.bare.withUserConfiguration(TwoStores.class);

	@Test
	void firstIsInjectedUnlessTheOtherIsAskedFor() {
		this.runner.run((context) -> {
			Users users = context.getBean(Users.class);
			assertThat(users.first).isSameAs(context.getBean("coordinator"))
				.isSameAs(context.getBean(Coordinator.class));
			assertThat(users.other).isSameAs(context.getBean("reports")).isNotSameAs(users.first);
			assertThat(users.first.lock("a").tryAcquire()).isPresent();
			assertThat(users.other.lock("a").tryAcquire()).isPresent();
		});
	}

	@Test
	void propertiesReachTheOther() {
		this.runner.withPropertyValues("coordination.member-id=node-1", "coordination.ttl=7s").run((context) -> {
			assertThat(context.getBean(Users.class).other.memberId()).isEqualTo("node-1");
			CoordinatorOptions options = context.getBean(CoordinatorConnector.class).options(this.reports);
			assertThat(options.namespace()).isEqualTo("shop");
			assertThat(options.ttl()).isEqualTo(Duration.ofSeconds(7));
			try (Coordinator neighbour = Coordinator
				.connect(CoordinatorOptions.of(this.reports).withNamespace("shop"))) {
				LockHandle held = context.getBean(Users.class).other.lock("a").tryAcquire().orElseThrow();
				assertThat(neighbour.lock("a").tryAcquire()).isEmpty();
				held.close();
			}
		});
	}

	@Test
	void annotationsUseTheFirst() {
		this.runner.run((context) -> {
			Users users = context.getBean(Users.class);
			assertThat(context.getBean(Job.class).isLockedIn(this.url, "shop")).isTrue();
			assertThat(context.getBean(Job.class).isLockedIn(this.reports, "shop")).isFalse();
			assertThat(users.first.state()).isEqualTo(SessionState.CONNECTED);
		});
	}

	@Test
	void bothAreClosedWithTheContextAndStayOpenWhileItPauses() {
		List<Coordinator> made = new ArrayList<>();
		this.runner.run((context) -> {
			made.add(context.getBean(Users.class).first);
			made.add(context.getBean(Users.class).other);
			// one that is no bean
			made.add(context.getBean(CoordinatorConnector.class).connect(this.reports));
			context.stop();
			assertThat(made).extracting(Coordinator::state).containsOnly(SessionState.CONNECTED);
			context.start();
			assertThat(made).allMatch((each) -> each.lock("b" + made.indexOf(each)).tryAcquire().isPresent());
		});

		assertThat(made).hasSize(3).extracting(Coordinator::state).containsOnly(SessionState.CLOSED);
	}

	@Test
	void coordinatorOfAContextThatFailedIsClosed() {
		List<Coordinator> made = new CopyOnWriteArrayList<>();
		this.runner.withBean("failing", Object.class, () -> {
			throw new IllegalStateException("expected");
		}, (definition) -> definition.setDependsOn("eager"))
			.withBean("eager", Eager.class, () -> new Eager(made))
			.run((context) -> assertThat(context).hasFailed());

		assertThat(made).hasSize(1).extracting(Coordinator::state).containsOnly(SessionState.CLOSED);
	}

	@Test
	void whatHappensToTheOtherIsPublished() {
		FragileStore store = new FragileStore();
		this.runner.withBean(Recorder.class).run((context) -> {
			Coordinator fragile = store.connect();
			context.getBean(CoordinatorLifecycle.class).add(fragile);

			store.backend().endSessions();

			Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(Recorder.class).sources).containsOnly(fragile));
		});
	}

	@Test
	void otherIsHeldToWhatIsRequired(@TempDir Path directory) {
		this.runner.withPropertyValues("coordination.url=file:" + directory, "coordination.require=single")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(ConfigurationException.class)
				.hasMessageContaining("coordination.require"));
	}

	@Test
	void otherCanBeHeldToSomethingElse(@TempDir Path directory) {
		this.bare.withPropertyValues("coordination.url=file:" + directory, "coordination.require=single")
			.run((context) -> {
				CoordinatorConnector connector = context.getBean(CoordinatorConnector.class);
				CoordinatorOptions options = connector.options(this.reports);

				assertThat(connector.connect(options, Set.of(Requirement.CAUSAL)).state())
					.isEqualTo(SessionState.CONNECTED);
				assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> connector.connect(options));
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoStores {

		@Bean(defaultCandidate = false)
		@Qualifier("reports")
		Coordinator reports(CoordinatorConnector connector, @Value("${test.reports}") String url) {
			return connector.connect(url);
		}

		@Bean
		Users users(Coordinator first, @Qualifier("reports") Coordinator other) {
			return new Users(first, other);
		}

		@Bean
		Job job() {
			return new Job();
		}

	}

	record Users(Coordinator first, Coordinator other) {
	}

	static class Job {

		@DistributedLock("job")
		public boolean isLockedIn(String url, String namespace) {
			try (Coordinator stranger = Coordinator.connect(CoordinatorOptions.of(url).withNamespace(namespace))) {
				return stranger.lock("job").tryAcquire().isEmpty();
			}
		}

	}

	static class Eager implements BeanFactoryAware {

		private final List<Coordinator> made;

		Eager(List<Coordinator> made) {
			this.made = made;
		}

		@Override
		public void setBeanFactory(BeanFactory beans) {
			this.made.add(beans.getBean(CoordinatorConnector.class).connect("local:" + UUID.randomUUID()));
		}

	}

	static class Recorder {

		final List<Object> sources = new CopyOnWriteArrayList<>();

		@EventListener
		void onLost(CoordinationLostEvent event) {
			this.sources.add(event.getSource());
		}

	}

}
