package io.github.coordination.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.github.coordination.Coordinator;
import io.github.coordination.actuate.CoordinationMetrics;

/**
 * Auto-configuration of the meters of coordinators, tagged with the names of their beans.
 */
@AutoConfiguration(after = CoordinationAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, Coordinator.class })
@EnableConfigurationProperties(CoordinationMetricsProperties.class)
public final class CoordinationMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CoordinationMetrics coordinationMetrics(ConfigurableListableBeanFactory beans,
			CoordinationMetricsProperties properties) {
		// also those that are no default candidates, as for health
		return new CoordinationMetrics(
				SimpleAutowireCandidateResolver.resolveAutowireCandidates(beans, Coordinator.class, false, true),
				properties.lockNames());
	}

}
