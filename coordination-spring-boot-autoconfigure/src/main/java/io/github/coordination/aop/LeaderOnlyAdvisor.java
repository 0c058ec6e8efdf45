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
public final class LeaderOnlyAdvisor extends AnnotationAdvisor<LeaderOnlyInterceptor> {

	/**
	 * Order of this advisor.
	 */
	public static final int ORDER = DistributedLockAdvisor.ORDER - 100;

	/** What annotations name. */
	private final transient FoundNames elections;

	/**
	 * Create an advisor.
	 * @param placeholders what resolves placeholders in attributes
	 * @param context what calls need, asked for when a bean is annotated
	 */
	public LeaderOnlyAdvisor(PropertyResolver placeholders, Supplier<CallContext> context) {
		this(new FoundNames(), placeholders, context);
	}

	private LeaderOnlyAdvisor(FoundNames elections, PropertyResolver placeholders, Supplier<CallContext> context) {
		this(elections, new AnnotatedMethods<>(LeaderOnly.class, placeholders, (annotations, method, site) -> {
			LeaderPlan plan = new LeaderPlan(annotations.get(0), method, site);
			elections.add(plan.election);
			return plan;
		}), context);
	}

	private LeaderOnlyAdvisor(FoundNames elections, AnnotatedMethods<LeaderOnly, LeaderPlan> methods,
			Supplier<CallContext> context) {
		super(ORDER, methods, () -> new LeaderOnlyInterceptor(methods, context.get()));
		this.elections = elections;
	}

	/**
	 * Be told of the elections that beans name, of those already known first. Beans that
	 * are made later may add some.
	 * @param listener what to call, possibly twice for a name
	 */
	public void onElection(Consumer<String> listener) {
		this.elections.tell(listener);
	}

	/**
	 * Interrupt the calls that ask for it when leadership is revoked; to be called before
	 * the election is joined. The revocation waits for them to end.
	 * @param election the election
	 * @return a way to stop
	 */
	public Subscription watch(Election election) {
		return interceptor().watch(election);
	}

}
