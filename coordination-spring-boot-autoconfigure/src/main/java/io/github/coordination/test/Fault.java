package io.github.coordination.test;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;

/**
 * A fault in the making: which calls it strikes, then what happens to them. It strikes
 * the next call, unless {@link #after}, {@link #times} or {@link #always} say otherwise.
 */
public final class Fault {

	private final Set<Operation> operations = EnumSet.noneOf(Operation.class);

	private final Consumer<Armed> armed;

	private int spared;

	private int struck = 1;

	private BooleanSupplier chance = () -> true;

	Fault(Set<Operation> operations, Consumer<Armed> armed) {
		this.operations.addAll(operations);
		this.armed = armed;
	}

	/**
	 * Spare the first calls.
	 * @param calls how many
	 * @return this fault
	 */
	public Fault after(int calls) {
		this.spared = calls;
		return this;
	}

	/**
	 * Strike several calls.
	 * @param calls how many
	 * @return this fault
	 */
	public Fault times(int calls) {
		this.struck = calls;
		return this;
	}

	/**
	 * Strike every call until {@link FaultyBackend#heal}.
	 * @return this fault
	 */
	public Fault always() {
		return times(Integer.MAX_VALUE);
	}

	/**
	 * Strike every call with a probability, until {@link FaultyBackend#heal}.
	 * @param probability from 0 (no call) to 1 (every call)
	 * @param random what decides
	 * @return this fault
	 */
	public Fault sometimes(double probability, RandomGenerator random) {
		this.chance = () -> random.nextDouble() < probability;
		return always();
	}

	/**
	 * The store cannot be reached: the call does not happen and throws
	 * {@link BackendUnavailableException}.
	 */
	public void unavailable() {
		arm(Kind.UNAVAILABLE);
	}

	/**
	 * The answer is lost: the call happens and throws
	 * {@link IndeterminateResultException}.
	 */
	public void replyLost() {
		arm(Kind.REPLY_LOST);
	}

	/**
	 * The request is held up: the call throws {@link IndeterminateResultException} and
	 * happens at {@link FaultyBackend#deliverLate}.
	 */
	public void deliveredLate() {
		arm(Kind.DELIVERED_LATE);
	}

	/**
	 * The session ends: the call does not happen and throws {@link SessionLostException}.
	 * Calls that belong to no session are spared.
	 */
	public void sessionDies() {
		arm(Kind.SESSION_DIES);
	}

	/**
	 * The call happens and answers, and then the session ends at once. Calls that belong
	 * to no session are spared.
	 */
	public void sessionDiesAfterwards() {
		arm(Kind.SESSION_DIES_AFTERWARDS);
	}

	/**
	 * The call blocks until {@link FaultyBackend#release} and then happens. An interrupt
	 * ends it before it happened, with {@link IndeterminateResultException}. Needs real
	 * threads.
	 */
	public void hangs() {
		arm(Kind.HANGS);
	}

	private void arm(Kind kind) {
		this.armed.accept(new Armed(Set.copyOf(this.operations), kind, this.spared, new AtomicInteger(),
				(long) this.spared + this.struck, this.chance));
	}

	enum Kind {

		NONE, UNAVAILABLE, REPLY_LOST, DELIVERED_LATE, SESSION_DIES, SESSION_DIES_AFTERWARDS, HANGS;

		boolean needsSession() {
			return this == SESSION_DIES || this == SESSION_DIES_AFTERWARDS;
		}

	}

	/**
	 * A fault that counts the calls it could strike.
	 */
	record Armed(Set<Operation> operations, Kind kind, int first, AtomicInteger calls, long end,
			BooleanSupplier chance) {

		boolean strikes(Operation operation, boolean ofSession) {
			if (!this.operations.contains(operation) || (this.kind.needsSession() && !ofSession)) {
				return false;
			}
			int call = this.calls.getAndIncrement();
			return call >= this.first && call < this.end && this.chance.getAsBoolean();
		}

	}

}
