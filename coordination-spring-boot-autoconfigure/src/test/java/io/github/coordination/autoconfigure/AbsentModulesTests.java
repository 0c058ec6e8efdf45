package io.github.coordination.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

import io.github.coordination.Coordinator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that have only some of Boot's modules. Auto-configuration is found and
 * filtered as in an application: classes whose conditions do not hold are never loaded.
 */
class AbsentModulesTests {

	private static final String HEALTH = "coordinationHealthContributor";

	private static final String ENDPOINT = "coordinationEndpoint";

	private static final String METERS = "coordinationMetrics";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("coordination.url=local:" + UUID.randomUUID(),
				"management.endpoints.web.exposure.include=*");

	@ParameterizedTest
	@CsvSource({ "org.springframework.boot.none, true, true, true",
			"org.springframework.boot.health, false, true, true", "org.springframework.boot.actuate, true, false, true",
			"io.micrometer.core, true, true, false" })
	void whatNeedsAnAbsentModuleIsAbsent(String absent, boolean health, boolean endpoint, boolean meters) {
		this.runner.withClassLoader(new FilteredClassLoader(absent)).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(Coordinator.class);
			assertThat(context.containsBean(HEALTH)).isEqualTo(health);
			assertThat(context.containsBean(ENDPOINT)).isEqualTo(endpoint);
			assertThat(context.containsBean(METERS)).isEqualTo(meters);
		});
	}

	@Configuration(proxyBeanMethods = false)
	@Import(OwnAutoConfigurations.class)
	static class Application {

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

	/**
	 * Those of this library: others do not expect that their neighbours are torn out.
	 */
	static class OwnAutoConfigurations extends AutoConfigurationImportSelector {

		@Override
		protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
			return new AnnotationAttributes(Map.of("exclude", new String[0], "excludeName", new String[0]));
		}

		@Override
		protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
				AnnotationAttributes attributes) {
			return super.getCandidateConfigurations(metadata, attributes).stream()
				.filter((name) -> name.startsWith("io.github.coordination."))
				.toList();
		}

	}

}
