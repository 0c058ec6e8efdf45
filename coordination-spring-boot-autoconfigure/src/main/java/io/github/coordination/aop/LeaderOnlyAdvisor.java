package io.github.coordination.aop;

import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.core.env.PropertyResolver;

import io.github.coordination.Election;
import io.github.coordination.Subscription;
import io.github.coordination.annotation.LeaderOnly;

/**
 * Applies {@link LeaderOnly}, outside of {@link DistributedLockAdvisor}: a follower does
 * not ask for locks.
 */
public final class LeaderOnlyAdvisor extends AnnotationAdvisor {

	/**
	 * Order of this advisor.
	 */
	public static final int ORDER = DistributedLockAdvisor.ORDER - 100;

	private final transient LeaderOnlyInterceptor interceptor;

	/**
	 * Create an advisor.
	 * @param placeholders what resolves placeholders in attributes
	 * @param context what calls need, asked for when a bean is annotated
	 */
	public LeaderOnlyAdvisor(PropertyResolver placeholders, Supplier<CallContext> context) {
		this(new LeaderOnlyInterceptor(placeholders, new CachedSupplier<>(context)));
	}

	private LeaderOnlyAdvisor(LeaderOnlyInterceptor interceptor) {
		super(ORDER, interceptor);
		this.interceptor = interceptor;
	}

	/**
	 * Be told of the elections that beans name, of those already known first. Beans that
	 * are made later may add some.
	 * @param listener what to call, possibly twice for a name
	 */
	public void onElection(Consumer<String> listener) {
		this.interceptor.elections().tell(listener);
	}

	/**
	 * Interrupt the calls that ask for it when leadership is revoked; to be called before
	 * the election is joined. The revocation waits for them to end.
	 * @param election the election
	 * @return a way to stop
	 */
	public Subscription watch(Election election) {
		return this.interceptor.watch(election);
	}

}
