package io.github.coordination.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.Guarantees;
import io.github.coordination.IndeterminateResultException;

/**
 * A store of entries. Nothing is started before the first call; everything is safe for
 * use by several threads.
 *
 * <p>
 * Every call ends within the configured call timeout in one of three ways: it returns
 * (done, or refused, as each method says), it throws {@link BackendUnavailableException}
 * (it did not happen and never will), or it throws {@link IndeterminateResultException}
 * (it happened, did not, or still may). A backend repeats nothing by itself unless the
 * repetition is idempotent. What it cannot parse in the store is foreign: skipped,
 * counted, never deleted.
 *
 * <p>
 * Revisions: an entry's {@code createRevision} and {@code revision} only grow for a key,
 * and in a queue ({@link BackendSession#enqueue}) creation revisions only grow for the
 * directory, also after it was empty. In a queue they become visible in increasing order:
 * once a list has shown a revision, no smaller one can appear later. Where the store's
 * counter can be lost, a new revision is
 * {@code max(last + 1, microseconds of the store's clock)}.
 */
public interface CoordinationBackend extends AutoCloseable {

	/**
	 * Return what the store promises, as configured.
	 * @return the guarantees
	 */
	Guarantees guarantees();

	/**
	 * Open a session.
	 * @param ttl how long the store shall keep it without hearing of it
	 * @return the session
	 */
	BackendSession open(Duration ttl);

	/**
	 * Read an entry.
	 * @param key the entry's key
	 * @return the entry, empty if it does not exist
	 */
	Optional<Entry> get(EntryKey key);

	/**
	 * Read a directory. The answer is one consistent view, and at least as new as
	 * everything this backend has written or reported by a watch before.
	 * @param directory the directory
	 * @return its entries by creation revision, the oldest first
	 */
	List<Entry> list(Directory directory);

	/**
	 * Create a persistent entry.
	 * @param key the entry's key
	 * @param value its value
	 * @return the entry, empty if the key exists
	 */
	Optional<Entry> create(EntryKey key, byte[] value);

	/**
	 * Replace the value of a persistent entry, if nobody changed it.
	 * @param expected the entry as it was read
	 * @param value the new value
	 * @return the entry as it is now, empty if its revision is another
	 */
	Optional<Entry> replace(Entry expected, byte[] value);

	/**
	 * Delete an entry, persistent or bound to whichever session, if nobody changed it.
	 * @param expected the entry as it was read
	 * @return {@code false} if it does not exist at that revision
	 */
	boolean delete(Entry expected);

	/**
	 * Watch a directory. Returns when the store has confirmed it; every change that takes
	 * effect after that leads to a call. Changes of persistent and of session-bound
	 * entries count alike, and so does the end of a session that had entries there.
	 * @param directory the directory
	 * @param listener what to call
	 * @return the watch
	 */
	Watch watch(Directory directory, WatchListener listener);

	/**
	 * Close what the backend opened. Sessions still open are left to expire. Never fails,
	 * and takes a bounded time.
	 */
	@Override
	void close();

}
