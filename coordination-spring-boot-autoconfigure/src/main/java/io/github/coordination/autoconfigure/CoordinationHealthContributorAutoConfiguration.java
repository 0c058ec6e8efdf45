package io.github.coordination.autoconfigure;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

import io.github.coordination.Coordinator;
import io.github.coordination.actuate.CoordinationHealthIndicator;

/**
 * Auto-configuration of the health contributor {@code coordination}, of one coordinator
 * or of several by the names of their beans.
 */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(Coordinator.class)
@ConditionalOnEnabledHealthIndicator("coordination")
public final class CoordinationHealthContributorAutoConfiguration
		extends CompositeHealthContributorConfiguration<CoordinationHealthIndicator, Coordinator> {

	CoordinationHealthContributorAutoConfiguration() {
		super(CoordinationHealthIndicator::new);
	}

	@Bean
	@ConditionalOnMissingBean(name = { "coordinationHealthIndicator", "coordinationHealthContributor" })
	HealthContributor coordinationHealthContributor(ConfigurableListableBeanFactory beanFactory) {
		return createContributor(beanFactory, Coordinator.class);
	}

}
