package io.github.coordination.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the meters.
 *
 * @param lockNames Whether to tag the meters of lost locks with the names of the locks.
 * Only for applications whose locks have few names.
 */
@ConfigurationProperties("coordination.metrics")
record CoordinationMetricsProperties(@DefaultValue("false") boolean lockNames) {

}
