package io.github.coordination.aop;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import io.github.coordination.annotation.DistributedLock;

/**
 * What is known of a call to a {@link DistributedLock} method while it is observed. Not
 * safe for use by several threads at once.
 */
public final class LockObservationContext extends Observation.Context {

	private final String lock;

	private final String mode;

	private final String method;

	private @Nullable String key;

	private Outcome outcome = Outcome.FAILED;

	/**
	 * Create a context.
	 * @param lock the lock's name as far as the annotation alone decides it
	 * @param mode {@code exclusive} or {@code shared}
	 * @param method the method, with its class and the types of its parameters
	 */
	public LockObservationContext(String lock, String mode, String method) {
		this.lock = lock;
		this.mode = mode;
		this.method = method;
	}

	/**
	 * Return the lock's name without the part that the arguments of a call decide, so
	 * that there are as many as methods; several are joined by {@code ", "}.
	 * @return the name
	 */
	public String getLock() {
		return this.lock;
	}

	/**
	 * Return with whom the lock is shared.
	 * @return {@code exclusive}, {@code shared}, or {@code mixed} for several locks
	 */
	public String getMode() {
		return this.mode;
	}

	/**
	 * Return the method that is called.
	 * @return such as {@code com.acme.Orders.ship(Order)}
	 */
	public String getMethod() {
		return this.method;
	}

	/**
	 * Return the whole name that the call locks, of which there may be as many as calls.
	 * @return the name, {@code null} before it is known
	 */
	public @Nullable String getKey() {
		return this.key;
	}

	void setKey(String key) {
		this.key = key;
	}

	/**
	 * Return what has become of the lock.
	 * @return the outcome; {@link Outcome#FAILED} before it is known
	 */
	public Outcome getOutcome() {
		return this.outcome;
	}

	void setOutcome(Outcome outcome) {
		this.outcome = outcome;
	}

	/**
	 * What has become of the lock of a call. Whether the method itself has failed is
	 * another question.
	 */
	public enum Outcome {

		/**
		 * It was held to the end.
		 */
		ACQUIRED,

		/**
		 * Somebody else had it for the whole waiting time.
		 */
		BUSY,

		/**
		 * It was lost while the call ran.
		 */
		LOST,

		/**
		 * It could not be asked for, or the store did not answer.
		 */
		FAILED

	}

}
