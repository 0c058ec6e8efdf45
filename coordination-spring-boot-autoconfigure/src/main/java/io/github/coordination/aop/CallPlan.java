package io.github.coordination.aop;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;

/**
 * What an annotation asks of one method, ready to be used.
 */
abstract class CallPlan {

	final String label;

	/** Whether a call that must not run returns without running the method. */
	final boolean skips;

	/** Whether a call is to know at once that what it runs by was lost. */
	final boolean interrupts;

	final Parameters parameters;

	final ReturnKind returns;

	/** Of the return type, if that is reactive. */
	final @Nullable ReactiveAdapter adapter;

	CallPlan(Method method, AnnotationSite site, boolean skips, boolean interrupts) {
		this.label = site.label();
		this.skips = skips;
		this.interrupts = interrupts;
		this.parameters = new Parameters(method);
		this.returns = ReturnKind.of(method, skips, site);
		this.adapter = (this.returns == ReturnKind.REACTIVE) ? ReturnKind.adapter(method.getReturnType()) : null;
	}

}
