package io.github.coordination.autoconfigure;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

import io.github.coordination.Coordinator;
import io.github.coordination.actuate.CoordinationEndpoint;

/**
 * Auto-configuration of the endpoint {@code coordination}. Of several coordinators it
 * shows the primary one.
 */
@AutoConfiguration(after = CoordinationAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnAvailableEndpoint(CoordinationEndpoint.class)
@ConditionalOnSingleCandidate(Coordinator.class)
public final class CoordinationEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CoordinationEndpoint coordinationEndpoint(Coordinator coordinator, ApplicationEventPublisher publisher) {
		return new CoordinationEndpoint(coordinator, publisher);
	}

}
