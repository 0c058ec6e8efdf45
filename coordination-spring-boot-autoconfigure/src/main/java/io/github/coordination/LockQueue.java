package io.github.coordination;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a lock and who waits for it, as the store had it at one moment. It is
 * information, never a permission: it may be old when it arrives. Of a process whose
 * threads wait for the same exclusive lock, one at a time waits in the store.
 *
 * @param name the lock's name
 * @param holders those whose turn it is: nobody, one that holds it exclusively, or those
 * that share it
 * @param waiting those behind them, in the order in which they will be granted it
 */
public record LockQueue(String name, List<Contender> holders, List<Contender> waiting) {

	public LockQueue {
		holders = List.copyOf(holders);
		waiting = List.copyOf(waiting);
	}

	/**
	 * One that holds the lock or waits for it.
	 *
	 * @param memberId the id of the process, {@code null} if what it wrote cannot be read
	 * @param exclusive whether it wants the lock for itself alone
	 * @param token the token it is, or will be, granted under
	 */
	public record Contender(@Nullable String memberId, boolean exclusive, FencingToken token) {
	}

}
