package io.github.coordination.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.github.coordination.Coordinator;
import io.github.coordination.actuate.CoordinationMetrics;

/**
 * Auto-configuration of the meters of a coordinator, of the primary one if there are
 * several.
 */
@AutoConfiguration(after = CoordinationAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnSingleCandidate(Coordinator.class)
@EnableConfigurationProperties(CoordinationMetricsProperties.class)
public final class CoordinationMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CoordinationMetrics coordinationMetrics(Coordinator coordinator, CoordinationMetricsProperties properties) {
		return new CoordinationMetrics(coordinator, properties.lockNames());
	}

}
