package io.github.coordination.autoconfigure;

import java.util.Map;
import java.util.UUID;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.autoconfigure.context.properties.ConfigurationPropertiesReportEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.env.EnvironmentEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.github.coordination.Coordinator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CoordinationSanitizingAutoConfiguration}: what Boot's own endpoints
 * show of the url when they show all values.
 */
class CoordinationSanitizingAutoConfigurationTests {

	private static final String SECRET = "marker-secret";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class,
				CoordinationSanitizingAutoConfiguration.class, EndpointAutoConfiguration.class,
				EnvironmentEndpointAutoConfiguration.class,
				ConfigurationPropertiesReportEndpointAutoConfiguration.class, JmxAutoConfiguration.class,
				JmxEndpointAutoConfiguration.class))
		// the url is there to be shown, not to be used
		.withBean(Coordinator.class, () -> Coordinator.connect("local:" + UUID.randomUUID()))
		.withPropertyValues("management.endpoint.env.show-values=always",
				"management.endpoint.configprops.show-values=always", "spring.jmx.enabled=true",
				"management.endpoints.jmx.exposure.include=*", "other.url=" + "other-" + SECRET);

	@ParameterizedTest
	@ValueSource(strings = { "redis://jo:SECRET@host:6379", "rediss://:SECRET@host", "redis://host?password=SECRET",
			"redis-sentinel://jo:SECRET@host/m?sentinel-password=SECRET", "etcds://jo:SE/CRET@host?key=SECRET",
			"consul://SECRET@host", "jdbc:postgresql://host/app?user=jo&password=SECRET",
			"jdbc:postgresql://jo:SECRET@host/app", "jdbc:h2:mem:app;USER=jo;PASSWORD=SECRET", "jo:SECRET@host",
			"redis://host?%zz=SECRET", "SECRET" })
	void endpointsThatShowAllValuesDoNotShowTheSecret(String template) {
		String url = template.replace("SE/CRET", "SE/" + SECRET).replace("SECRET", SECRET);
		this.runner.withPropertyValues("coordination.url=" + url)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addLast(new SystemEnvironmentPropertySource("variables", Map.of("COORDINATION_URL", url))))
			.run((context) -> {
				assertThat(shown(context, "Configprops", "configurationProperties")).contains("connectTimeout")
					.doesNotContain(SECRET);
				assertThat(shown(context, "Env", "environment", (Object) null)).contains("COORDINATION_URL")
					.contains("other-" + SECRET)
					.satisfies((all) -> assertThat(all.replace("other-" + SECRET, "")).doesNotContain(SECRET));
			});
	}

	@Test
	void endpointsShowTheRestOfTheUrl() {
		this.runner.withPropertyValues("coordination.url=redis://jo:" + SECRET + "@host:6379").run((context) -> {
			assertThat(shown(context, "Configprops", "configurationProperties")).contains("redis://host:6379");
			assertThat(shown(context, "Env", "environment", (Object) null)).contains("redis://host:6379");
		});
	}

	@Test
	void isAbsentWithoutTheActuator() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CoordinationSanitizingAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(SanitizingFunction.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("coordinationSanitizingFunction"));
	}

	@Test
	void backsOffForTheFunctionOfTheApplication() {
		this.runner
			.withBean("coordinationSanitizingFunction", SanitizingFunction.class, SanitizingFunction::sanitizeValue)
			.run((context) -> assertThat(context).hasSingleBean(SanitizingFunction.class));
	}

	/** Read an endpoint in the way of a client, through what makes JSON of it. */
	private static String shown(ApplicationContext context, String endpoint, String operation,
			@Nullable Object... arguments) throws Exception {
		ObjectName name = new ObjectName("org.springframework.boot:type=Endpoint,name=" + endpoint);
		return context.getBean(MBeanServer.class)
			.invoke(name, operation, arguments, new String[arguments.length])
			.toString();
	}

}
