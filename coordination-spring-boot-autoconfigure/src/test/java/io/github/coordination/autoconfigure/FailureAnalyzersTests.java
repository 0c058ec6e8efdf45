package io.github.coordination.autoconfigure;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.coordination.annotation.DistributedLock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for what an application prints that cannot start: through
 * {@link SpringApplication}, so that registration and precedence are tested too.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalyzersTests {

	@Test
	void unknownSchemeIsReportedWithTheNearestOne(CapturedOutput output) {
		fail(Application.class, "--coordination.url=flie:/tmp/x");

		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The setting coordination.url cannot work: no backend serves the scheme flie:.")
			.contains("\"coordination.url\" from property source \"commandLineArgs\"")
			.contains("Did you mean 'file'?");
	}

	@Test
	void missingLibraryIsReportedWithItsCoordinates(CapturedOutput output) {
		fail(Application.class, "--coordination.url=test-needy:x");

		assertThat(output).contains("needs a library that is not on the class path")
			.contains("Add the dependency org.example:missing-client.");
	}

	@Test
	void unknownSchemeIsReportedWithoutTheSecretsOfTheUrl(CapturedOutput output) {
		fail(Application.class, "--coordination.url=rediss3://jo:secret@host:6379/?password=hidden");

		assertThat(output).contains("rediss3:").doesNotContain("secret").doesNotContain("hidden");
	}

	@Test
	void faultyDurationRelationIsReported(CapturedOutput output) {
		fail(Application.class, "--coordination.url=local:x", "--coordination.wait-time=-3s");

		assertThat(output).contains("The setting coordination.wait-time cannot work").contains("0s to ask once");
	}

	@Test
	void durationThatIsNoneIsReported(CapturedOutput output) {
		fail(Application.class, "--coordination.url=local:x", "--coordination.ttl=soon");

		assertThat(output).contains("Failed to bind properties under 'coordination.ttl'").contains("soon");
	}

	@Test
	void unsetUrlOnACloudPlatformIsReported(CapturedOutput output) {
		fail(Application.class, "--spring.main.cloud-platform=kubernetes");

		assertThat(output).contains("runs on a cloud platform (KUBERNETES)")
			.contains("a store that all instances reach");
	}

	@Test
	void storeThatPromisesLessThanIsRequiredIsReported(CapturedOutput output) {
		fail(Application.class, "--coordination.url=local:x", "--coordination.require=QUORUM");

		assertThat(output).contains("The setting coordination.require cannot work: the store promises LOCAL")
			.contains("\"coordination.require\" from property source \"commandLineArgs\"")
			.contains("require less");
	}

	@Test
	void storeThatDoesNotAnswerIsReported(CapturedOutput output) {
		fail(Application.class, "--coordination.url=test-absent:x", "--coordination.connect-timeout=100ms");

		assertThat(output).contains("The coordination store could not be used: ")
			.contains("raise coordination.connect-timeout");
	}

	@Test
	void faultyAnnotationIsReported(CapturedOutput output) {
		fail(Annotated.class, "--coordination.url=local:x");

		assertThat(output)
			.contains("@DistributedLock on " + Faulty.class.getName() + ".run() cannot work: the method is final")
			.contains("Remove the word final.");
	}

	private static void fail(Class<?> source, String... arguments) {
		assertThatException().isThrownBy(() -> new SpringApplicationBuilder(source).web(WebApplicationType.NONE)
			.run(Stream.of(arguments).toArray(String[]::new)));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoordinationAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoordinationAutoConfiguration.class)
	static class Annotated {

		@Bean
		Faulty faulty() {
			return new Faulty();
		}

	}

	static class Faulty {

		@DistributedLock("a")
		public final void run() {
		}

	}

}
