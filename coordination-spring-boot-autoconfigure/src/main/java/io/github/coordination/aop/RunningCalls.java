package io.github.coordination.aop;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The calls that run by an election, or by the slots of a group.
 *
 * <p>
 * A call is added before it asks whether it may run, and what it runs by ends before its
 * calls are looked for; so either the call sees that it may not, or it is found.
 */
final class RunningCalls {

	private final Set<RunningCall> running = ConcurrentHashMap.newKeySet();

	private final Supplier<CallContext> context;

	RunningCalls(Supplier<CallContext> context) {
		this.context = context;
	}

	Background background() {
		return this.context.get().background();
	}

	/**
	 * Begin a call.
	 * @param slot what it runs by among the things that can be revoked on their own
	 * @param admission whether it may run
	 * @return the call, {@code null} if it may not run
	 */
	@Nullable RunningCall begin(int slot, OwnerPlan plan, Predicate<RunningCall> admission) {
		RunningCall call = new RunningCall(this, slot, plan);
		this.running.add(call);
		boolean admitted = false;
		try {
			admitted = admission.test(call);
		}
		finally {
			if (!admitted) {
				call.end();
			}
		}
		return admitted ? call : null;
	}

	void remove(RunningCall call) {
		this.running.remove(call);
	}

	/** Revoke calls, and wait until they are over or the time limit has passed. */
	void revoke(Predicate<RunningCall> revoked) {
		CompletableFuture<?>[] over = this.running.stream()
			.filter(revoked)
			.map(RunningCall::revoke)
			.toArray(CompletableFuture[]::new);
		if (over.length == 0) {
			return;
		}
		Duration limit = this.context.get().defaults().revocationTimeout();
		try {
			CompletableFuture.allOf(over).get(limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			// whoever revoked goes on without them, and says so
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
