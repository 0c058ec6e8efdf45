package io.github.coordination.aop;

import java.util.function.Supplier;

import org.springframework.core.Ordered;
import org.springframework.core.env.PropertyResolver;

import io.github.coordination.annotation.DistributedLock;

/**
 * Applies {@link DistributedLock}. It stands outside of the transaction advice, so that a
 * lock is given back only after the commit.
 */
public final class DistributedLockAdvisor extends AnnotationAdvisor {

	/**
	 * Order of this advisor; that of the transaction advice is
	 * {@link Ordered#LOWEST_PRECEDENCE}.
	 */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	/**
	 * Create an advisor.
	 * @param placeholders what resolves placeholders in attributes
	 * @param context what calls need, asked for when a bean is annotated
	 */
	public DistributedLockAdvisor(PropertyResolver placeholders, Supplier<CallContext> context) {
		super(ORDER, new DistributedLockInterceptor(placeholders, new CachedSupplier<>(context)));
	}

}
