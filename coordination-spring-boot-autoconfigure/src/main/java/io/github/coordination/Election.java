package io.github.coordination;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An election among the processes that join it. At most one of them leads at a time, the
 * one that has waited longest follows, and each term has a larger token than the one
 * before. One object stands for a name in a coordinator; it is safe for use by several
 * threads.
 *
 * <p>
 * When the session is lost, leadership ends at the local deadline without asking the
 * store, listeners are told, and the candidate queues again under the new session by
 * itself.
 */
public interface Election {

	/**
	 * Return the name.
	 * @return the name
	 */
	String name();

	/**
	 * Become a candidate, without metadata. See {@link #join(Map)}.
	 */
	default void join() {
		join(Map.of());
	}

	/**
	 * Become a candidate. Returns at once; leadership is granted in the background.
	 * Joining again changes nothing.
	 * @param metadata what other processes see of this candidate, at most 4 KiB in all
	 */
	void join(Map<String, String> metadata);

	/**
	 * Whether this process leads at this moment, judged by the local deadline and without
	 * asking the store. False from the moment a revocation begins.
	 * @return {@code true} while it leads
	 */
	boolean isLeader();

	/**
	 * Return the token of the running term.
	 * @return the token
	 * @throws LockLostException if this process does not lead
	 */
	FencingToken term();

	/**
	 * Ask the store who leads. The answer is information, never a permission: it may be
	 * old when it arrives. Blocks for one round trip.
	 * @return the leader, empty if there is none
	 */
	Optional<Leader> leader();

	/**
	 * Ask the store who stands for election, the leader first. Blocks for one round trip.
	 * @return the candidates in the order in which they would lead
	 */
	List<Member> candidates();

	/**
	 * Give leadership to the next candidate and queue again behind the others. Blocks
	 * until the listeners were told, or their time limit passed, and the entry is
	 * removed.
	 * @return {@code false} if this process did not lead: then nothing was done
	 * @throws InterruptedException if interrupted while waiting; the change goes on
	 */
	boolean standDown() throws InterruptedException;

	/**
	 * Stop being a candidate, giving leadership back first. Blocks like
	 * {@link #standDown()}.
	 * @throws InterruptedException if interrupted while waiting; the change goes on
	 */
	void leave() throws InterruptedException;

	/**
	 * Be told of changes, in order, on a thread of the coordinator. The state at the time
	 * of the call is told first: the leader if there is one, and a grant if this process
	 * leads.
	 * @param listener what to call
	 * @return a way to stop
	 */
	Subscription onChange(ElectionListener listener);

}
