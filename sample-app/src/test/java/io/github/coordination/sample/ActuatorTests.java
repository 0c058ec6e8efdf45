package io.github.coordination.sample;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.github.coordination.Coordinator;
import io.github.coordination.Election;
import io.github.coordination.LockHandle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what Boot's Actuator shows of an application that has the starter, over HTTP.
 */
class ActuatorTests {

	private static final String ENDPOINT = "/actuator/coordination";

	@Test
	void nothingButHealthIsExposedByDefault() {
		try (ConfigurableApplicationContext context = start()) {
			assertThat(exchange(context, HttpMethod.GET, "/actuator/health").getStatusCode().value()).isEqualTo(200);
			assertThat(exchange(context, HttpMethod.GET, ENDPOINT).getStatusCode().value()).isEqualTo(404);
		}
	}

	@Test
	void healthHasTheDetailsOfTheSession() {
		try (ConfigurableApplicationContext context = start("--management.endpoint.health.show-details=always")) {
			String health = exchange(context, HttpMethod.GET, "/actuator/health").getBody();

			assertThat(JsonPath.<String>read(health, "$.components.coordination.status")).isEqualTo("UP");
			assertThat(JsonPath.<String>read(health, "$.components.coordination.details.state")).isEqualTo("CONNECTED");
			assertThat(JsonPath.<String>read(health, "$.components.coordination.details.backend")).isEqualTo("local");
			assertThat(JsonPath.<String>read(health, "$.components.coordination.details.guarantees"))
				.isEqualTo("LOCAL");
			assertThat(JsonPath.<String>read(health, "$.components.coordination.details.lastRenewal")).endsWith("Z");
			assertThat(JsonPath.<String>read(health, "$.components.coordination.details.memberId")).isEqualTo("one");
		}
	}

	@Test
	void readinessDoesNotDependOnTheStore() {
		try (ConfigurableApplicationContext context = start("--management.endpoint.health.probes.enabled=true")) {
			context.getBean(Coordinator.class).close();

			assertThat(exchange(context, HttpMethod.GET, "/actuator/health/readiness").getStatusCode().value())
				.isEqualTo(200);
			assertThat(exchange(context, HttpMethod.GET, "/actuator/health").getStatusCode().value()).isEqualTo(503);
		}
	}

	@Test
	void exposedEndpointShowsThisProcessAndTheStore() {
		try (ConfigurableApplicationContext context = start("--management.endpoints.web.exposure.include=*",
				"--coordination.elections=billing")) {
			Coordinator coordinator = context.getBean(Coordinator.class);
			Awaitility.await().until(coordinator.election("billing")::isLeader);
			LockHandle held = coordinator.lock("orders/42").tryAcquire().orElseThrow();

			String snapshot = exchange(context, HttpMethod.GET, ENDPOINT).getBody();
			String queue = exchange(context, HttpMethod.GET, ENDPOINT + "/locks/orders/42").getBody();

			assertThat(JsonPath.<String>read(snapshot, "$.state")).isEqualTo("CONNECTED");
			assertThat(JsonPath.<String>read(snapshot, "$.held[0].name")).isEqualTo("orders/42");
			assertThat(JsonPath.<Number>read(snapshot, "$.held[0].token.value").longValue())
				.isEqualTo(held.fencingToken().value());
			assertThat(JsonPath.<String>read(snapshot, "$.held[0].since")).endsWith("Z");
			assertThat(JsonPath.<Boolean>read(snapshot, "$.elections[0].leading")).isTrue();
			assertThat(JsonPath.<String>read(queue, "$.holders[0].memberId")).isEqualTo("one");
			assertThat(JsonPath.<List<Object>>read(queue, "$.waiting")).isEmpty();
			assertThat(exchange(context, HttpMethod.GET, ENDPOINT + "/barriers/a").getStatusCode().value())
				.isEqualTo(404);
		}
	}

	@Test
	void interventionIsRefusedUnlessAccessIsRaised() {
		try (ConfigurableApplicationContext context = start("--management.endpoints.web.exposure.include=*")) {
			LockHandle held = context.getBean(Coordinator.class).lock("a").tryAcquire().orElseThrow();

			ResponseEntity<String> answer = exchange(context, HttpMethod.DELETE,
					ENDPOINT + "/locks/a?token=" + held.fencingToken());

			assertThat(answer.getStatusCode().is4xxClientError()).isTrue();
			assertThat(held.release()).isTrue();
		}
	}

	@Test
	void interventionWithRaisedAccess() {
		try (ConfigurableApplicationContext context = start("--management.endpoints.web.exposure.include=*",
				"--management.endpoint.coordination.access=unrestricted", "--coordination.elections=billing")) {
			Coordinator coordinator = context.getBean(Coordinator.class);
			LockHandle held = coordinator.lock("a/b").tryAcquire().orElseThrow();
			Election election = coordinator.election("billing");
			Awaitility.await().until(election::isLeader);
			long term = election.term().value();

			ResponseEntity<String> released = exchange(context, HttpMethod.DELETE,
					ENDPOINT + "/locks/a/b?token=" + held.fencingToken());
			ResponseEntity<String> stoodDown = exchange(context, HttpMethod.POST, ENDPOINT + "/elections/billing");
			ResponseEntity<String> withoutToken = exchange(context, HttpMethod.DELETE, ENDPOINT + "/locks/a");
			ResponseEntity<String> wrongPath = exchange(context, HttpMethod.POST, ENDPOINT + "/locks/a");

			assertThat(JsonPath.<Boolean>read(released.getBody(), "$.done")).isTrue();
			assertThat(held.isHeld()).isFalse();
			assertThat(JsonPath.<Boolean>read(stoodDown.getBody(), "$.done")).isTrue();
			Awaitility.await().until(() -> election.isLeader() && election.term().value() > term);
			assertThat(withoutToken.getStatusCode().value()).isEqualTo(400);
			assertThat(wrongPath.getStatusCode().value()).isEqualTo(400);
		}
	}

	@Test
	void metersAreThere() {
		try (ConfigurableApplicationContext context = start("--management.endpoints.web.exposure.include=*")) {
			String meters = exchange(context, HttpMethod.GET, "/actuator/metrics").getBody();

			assertThat(JsonPath.<List<String>>read(meters, "$.names")).contains("coordination.session.state",
					"coordination.session.changes", "coordination.locks.held", "coordination.locks.waiting",
					"coordination.locks.lost");
		}
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		Stream<String> own = Stream.of("--server.port=0", "--coordination.url=local:" + UUID.randomUUID(),
				"--coordination.member-id=one", "--spring.datasource.url=jdbc:sqlite::memory:",
				"--spring.sql.init.mode=never");
		return new SpringApplicationBuilder(Application.class)
			.run(Stream.concat(own, Stream.of(arguments)).toArray(String[]::new));
	}

	private static ResponseEntity<String> exchange(ConfigurableApplicationContext context, HttpMethod method,
			String path) {
		return RestClient.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"))
			.method(method)
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toEntity(String.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
