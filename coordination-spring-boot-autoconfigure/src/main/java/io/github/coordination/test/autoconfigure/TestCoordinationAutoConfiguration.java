package io.github.coordination.test.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;

import io.github.coordination.autoconfigure.CoordinatorConnector;
import io.github.coordination.test.memory.TestCoordination;

/**
 * Auto-configuration for tests, imported by {@link AutoConfigureCoordination}.
 */
@AutoConfiguration
public final class TestCoordinationAutoConfiguration {

	static final String TEST_COORDINATION = "testCoordination";

	@Bean(TEST_COORDINATION)
	TestCoordination testCoordination(CoordinatorConnector connector) {
		return TestCoordination.create(connector.options("local:test"));
	}

	@Bean
	static CoordinatorReplacement coordinatorReplacement(ConfigurableEnvironment environment) {
		return new CoordinatorReplacement(environment);
	}

	/**
	 * The coordinator's time stands still before anything runs and after everything has
	 * stopped.
	 */
	@Bean
	TestLifecycle testCoordinationClock(TestCoordination coordination) {
		return new TestLifecycle(Integer.MIN_VALUE, coordination::startClock, coordination::stopClock);
	}

	/** What stops has a store that answers. */
	@Bean
	TestLifecycle testCoordinationReset(TestCoordination coordination) {
		return new TestLifecycle(Integer.MAX_VALUE, () -> {
		}, coordination::reset);
	}

}
