package io.github.coordination.sample;

import java.util.Arrays;

import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import io.github.coordination.Coordinator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The starter brings the clients of Redis and ZooKeeper as libraries, and nothing of them
 * into the application context.
 */
class StarterBeansTests {

	@Test
	void bringsClientLibrariesButNoForeignBean() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE)
			// stronger than the sample's own file
			.run("--coordination.url=local:starter", "--spring.datasource.url=jdbc:sqlite::memory:",
					"--spring.sql.init.mode=never")) {
			assertThat(context.getBean(Coordinator.class)).isNotNull();
			assertThat(ClassUtils.isPresent("io.lettuce.core.RedisClient", null)).isTrue();
			assertThat(ClassUtils.isPresent("org.apache.curator.framework.CuratorFramework", null)).isTrue();
			assertThat(Arrays.stream(context.getBeanDefinitionNames()).map(context::getType).map(Class::getName))
				.noneMatch((type) -> type.startsWith("org.springframework.data.")
						|| type.startsWith("org.springframework.integration.")
						|| type.startsWith("org.springframework.boot.data.")
						|| type.startsWith("org.springframework.boot.integration.")
						|| type.startsWith("org.apache.curator.") || type.startsWith("io.lettuce."));
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
