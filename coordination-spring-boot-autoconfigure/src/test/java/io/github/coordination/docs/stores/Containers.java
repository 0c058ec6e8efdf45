package io.github.coordination.docs.stores;

import org.testcontainers.containers.GenericContainer;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;

/**
 * The example of a store in a container.
 */
@TestConfiguration(proxyBeanMethods = false)
class Containers {

	@Bean
	@ServiceConnection("consul")
	GenericContainer<?> consul() {
		return new GenericContainer<>("hashicorp/consul:1.20").withExposedPorts(8500);
	}

}
