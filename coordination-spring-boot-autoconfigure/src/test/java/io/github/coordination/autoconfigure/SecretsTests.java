package io.github.coordination.autoconfigure;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.LockHandle;
import io.github.coordination.actuate.CoordinationEndpoint;
import io.github.coordination.actuate.CoordinationHealthIndicator;
import io.github.coordination.server.FreePorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Starts applications whose urls bear a secret, and looks for it in everything that they
 * say: what is logged, at the level DEBUG for this library, exceptions with their causes,
 * failure analyses, health, the endpoint and the properties as text.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

	private static final String SECRET = "marker-secret";

	@ParameterizedTest
	@ValueSource(strings = { "redis://jo:SECRET@HOST", "redis://:SECRET@HOST/2", "redis://HOST?password=SECRET",
			"rediss://jo:SECRET@HOST", "rediss://HOST?key-password=SECRET", "redis-cluster://jo:SECRET@HOST",
			"redis-sentinel://jo:SECRET@HOST/mymaster?sentinel-username=jo&sentinel-password=SECRET",
			"redis-sentinel://jo:SECRET@HOST", "zookeeper://jo:SECRET@HOST", "zookeeper://HOST?password=SECRET",
			"zookeepers://jo:SECRET@HOST", "zookeepers://jo:SECRET@HOST?key-password=SECRET", "etcd://jo:SECRET@HOST",
			"etcd://HOST?password=SECRET", "etcds://jo:SECRET@HOST", "etcds://HOST?key=SECRET", "consul://:SECRET@HOST",
			"consul://SECRET@HOST", "consul://jo:SECRET@HOST", "consul://HOST?token=SECRET", "consuls://:SECRET@HOST",
			"postgresql://jo:SECRET@HOST/app", "postgresql://jo:SECRET@HOST/app?password=SECRET",
			"postgresql://jo:SECRET@HOST", "jdbc:postgresql://HOST/app?user=jo&password=SECRET",
			"jdbc:postgresql://HOST/app?user=jo&sslmode=require&sslpassword=SECRET",
			"jdbc:postgresql://jo:SECRET@HOST/app", "mariadb://jo:SECRET@HOST/app",
			"jdbc:mariadb://HOST/app?user=jo&password=SECRET",
			"jdbc:mariadb://HOST/app?user=jo&sslMode=trust&keyStorePassword=SECRET",
			"jdbc:mariadb://jo:SECRET@HOST/app", "mysql://jo:SECRET@HOST/app", "jdbc:mysql://jo:SECRET@HOST/app",
			"jdbc:mysql://HOST/app?user=jo&password=SECRET", "jdbc:h2:tcp://HOST/mem:app;USER=jo;PASSWORD=SECRET",
			"jdbc:h2:mem:app;USER=jo;PASSWORT=SECRET", "memcached://jo:SECRET@HOST", "memcacheds://jo:SECRET@HOST",
			"memcached://HOST?password=SECRET", "local:a?password=SECRET", "file://jo:SECRET@HOST/tmp",
			"file:/tmp/a?password=SECRET", "rediz://jo:SECRET@HOST?password=SECRET", "jo:SECRET@HOST", "SECRET" })
	void startThatFailsDoesNotShowTheSecret(String template, CapturedOutput output) {
		String url = template.replace("SECRET", SECRET).replace("HOST", "127.0.0.1:" + FreePorts.take());

		Throwable failure = catchThrowable(
				() -> start(url, "--coordination.connect-timeout=200ms", "--coordination.ttl=3s").close());

		assertThat(failure).isNotNull();
		StringWriter trace = new StringWriter();
		failure.printStackTrace(new PrintWriter(trace));
		assertThat(trace.toString()).doesNotContain(SECRET);
		assertThat(output.toString()).contains("APPLICATION FAILED TO START").doesNotContain(SECRET);
		assertThat(CoordinatorOptions.of(url)).asString().doesNotContain(SECRET);
	}

	@Test
	void runningApplicationDoesNotShowTheSecret(CapturedOutput output) {
		show("jdbc:h2:mem:" + UUID.randomUUID() + ";USER=jo;PASSWORD=" + SECRET, output);
	}

	@Test
	void runningApplicationDoesNotShowTheSecretsOfOptions(CapturedOutput output) {
		show("jdbc:h2:mem:" + UUID.randomUUID() + "?user=jo&password=" + SECRET, output);
	}

	@Test
	void runningApplicationDoesNotShowTheSecretOfAnyone(CapturedOutput output) {
		show("local://jo:" + SECRET + "@" + UUID.randomUUID(), output);
	}

	@Test
	void runningApplicationOfFilesShowsWhereTheyAre(@TempDir Path directory, CapturedOutput output) {
		show("file:" + directory, output);

		assertThat(output).contains("Coordinating through file:" + directory)
			.contains("in namespace 'default' as member 'one', guarantees SINGLE");
	}

	private static void show(String url, CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(url)) {
			Coordinator coordinator = context.getBean(Coordinator.class);
			try (LockHandle held = coordinator.lock("a").tryAcquire().orElseThrow()) {
				assertThat(held).asString().doesNotContain(SECRET);
				assertThat(coordinator).asString().doesNotContain(SECRET);
				assertThat(context.getBean(CoordinationProperties.class)).asString().doesNotContain(SECRET);
				assertThat(context.getBean(CoordinationConnectionDetails.class)).asString().doesNotContain(SECRET);
				assertThat(context.getBean(CoordinationEndpoint.class).coordination()).asString()
					.contains("memberId=one")
					.doesNotContain(SECRET);
				assertThat(context.getBean(CoordinationEndpoint.class).queue("locks", new String[] { "a" })).asString()
					.doesNotContain(SECRET);
				assertThat(context.getBean("coordinationHealthContributor")).isInstanceOfSatisfying(
						CoordinationHealthIndicator.class,
						(indicator) -> assertThat(((HealthIndicator) indicator).health().getDetails()).asString()
							.contains("memberId=one")
							.doesNotContain(SECRET));
			}
		}
		assertThat(output.toString()).contains("Coordinating through ").doesNotContain(SECRET);
	}

	private static ConfigurableApplicationContext start(String url, String... more) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("coordination.member-id=one", "logging.level.io.github.coordination=debug",
					"management.endpoints.web.exposure.include=*")
			.run(Stream.concat(Stream.of("--coordination.url=" + url), Stream.of(more)).toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ CoordinationAutoConfiguration.class, HealthContributorAutoConfiguration.class,
			CoordinationHealthContributorAutoConfiguration.class, EndpointAutoConfiguration.class,
			CoordinationEndpointAutoConfiguration.class })
	static class Application {

	}

}
