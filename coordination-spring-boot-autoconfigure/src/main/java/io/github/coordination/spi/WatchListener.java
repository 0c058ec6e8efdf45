package io.github.coordination.spi;

/**
 * Told that a directory changed. At least one call follows any change; calls may be
 * merged (then as {@link Change#UNKNOWN}), repeated and spurious, and after a lost
 * connection one with {@link Change#UNKNOWN} always comes.
 */
@FunctionalInterface
public interface WatchListener {

	/**
	 * Something changed. Called on the environment's callback executor (a
	 * {@link QueueListener} perhaps on a thread of the backend), never under a lock of
	 * the backend. A watch that names changes reports them one at a time, in the order in
	 * which they took effect: what a waiter concludes from removals rests on it. Changes
	 * whose order is not known are reported as {@link Change#UNKNOWN}.
	 * @param change what is known of it; a backend may always say {@link Change#UNKNOWN},
	 * and must when a change may have gone unreported
	 */
	void onChange(Change change);

}
