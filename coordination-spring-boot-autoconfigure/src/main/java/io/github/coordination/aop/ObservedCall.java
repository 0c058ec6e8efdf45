package io.github.coordination.aop;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.github.coordination.LockNotAcquiredException;
import io.github.coordination.aop.LockObservationContext.Outcome;

/**
 * A call under a lock, as somebody observes it.
 *
 * @param observation what was started
 * @param context what is known of the call
 */
record ObservedCall(Observation observation, LockObservationContext context) {

	/** The locks are going to be asked for. */
	void asks(String name) {
		this.context.setKey(name);
	}

	/** The locks have been asked for; {@code null} if they are busy. */
	void took(@Nullable Held held) {
		this.context.setOutcome((held != null) ? Outcome.ACQUIRED : Outcome.BUSY);
	}

	/** The locks could not be had. */
	void refused(Throwable failure) {
		this.context.setOutcome((failure instanceof LockNotAcquiredException) ? Outcome.BUSY : Outcome.FAILED);
	}

	/** The call has returned, and is over unless what it returned goes on. */
	void returned(@Nullable Held held, @Nullable Object result) {
		if (result instanceof CompletionStage<?> pending) {
			GuardedFuture.endOf(pending)
				.whenComplete((ended, none) -> pending.whenComplete((value, failure) -> over(held, failure)));
		}
		else {
			over(held, null);
		}
	}

	/** The call is over. */
	void over(@Nullable Held held, @Nullable Throwable failure) {
		if (held != null && held.isLost()) {
			this.context.setOutcome(Outcome.LOST);
		}
		if (failure != null) {
			Throwable cause = failure.getCause();
			this.observation.error((failure instanceof CompletionException && cause != null) ? cause : failure);
		}
		this.observation.stop();
	}

}
