package io.github.coordination.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.github.coordination.BackendUnavailableException;

/**
 * Reports a store that does not answer while the application starts.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class BackendUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<BackendUnavailableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, BackendUnavailableException cause) {
		return new FailureAnalysis("The coordination store could not be used: " + cause.getMessage(),
				"Check that the store named by coordination.url runs and can be reached from here. "
						+ "If it needs longer to come up, raise coordination.connect-timeout.",
				cause);
	}

}
