package io.github.coordination.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.github.coordination.aop.InvalidAnnotationException;

/**
 * Reports an annotation that cannot work where it stands.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidAnnotationFailureAnalyzer extends AbstractFailureAnalyzer<InvalidAnnotationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidAnnotationException cause) {
		return new FailureAnalysis(cause.place() + " cannot work: " + cause.problem(), cause.action(), cause);
	}

}
