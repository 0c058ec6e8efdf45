package io.github.coordination.spi;

import java.util.List;
import java.util.Optional;

import io.github.coordination.SessionLostException;

/**
 * A session and the entries bound to it. When it ends, by {@link #close} or because the
 * store has not heard of it for its ttl, its entries go, and watches of their directories
 * are told, without anybody touching them.
 *
 * <p>
 * All methods but {@link #id}, {@link #grant} and {@link #isOver} throw
 * {@link SessionLostException} if the session is over: then they did not happen. Checking
 * the session and writing are one atomic step wherever the store can. Otherwise the rules
 * of {@link CoordinationBackend} hold.
 */
public interface BackendSession extends AutoCloseable {

	/**
	 * Return the session's id, new for every session that is ever opened.
	 * @return the id, ASCII letters, digits and {@code -} only, 64 at the most
	 */
	String id();

	/**
	 * Return what was granted when the session was opened.
	 * @return the grant
	 */
	SessionGrant grant();

	/**
	 * Whether this side already knows that the session is over. Never asks the store: it
	 * is a volatile read.
	 * @return {@code true} once it is known; it stays so
	 */
	boolean isOver();

	/**
	 * Tell the store that this session lives. Refused from the moment of expiry, whether
	 * or not the store has cleaned up.
	 * @return what is granted from now on
	 * @throws SessionLostException if the session is over
	 */
	SessionGrant renew();

	/**
	 * Create an entry bound to this session.
	 * @param key the entry's key
	 * @param value its value
	 * @return the entry, empty if the key exists, whoever it belongs to
	 */
	Optional<Entry> create(EntryKey key, byte[] value);

	/**
	 * Replace the value of an entry of this session. It keeps its session and its
	 * creation revision.
	 * @param expected the entry as it was read
	 * @param value the new value
	 * @return the entry as it is now, empty if its revision is another
	 */
	Optional<Entry> replace(Entry expected, byte[] value);

	/**
	 * Append an entry to a queue, in one round trip where the store can. Repeating it
	 * with the same attempt id finds the entry of the first time and changes nothing.
	 * @param queue the queue's directory, used for nothing but this
	 * @param attemptId the new entry's id, used for one attempt only: the session's id, a
	 * {@code .}, and a counter
	 * @param tag up to 16 ASCII letters or digits, readable without reading the value
	 * @param value the entry's value
	 * @param maxAhead refuse if more than this many entries are ahead; the id of a
	 * refused attempt is not used again
	 * @return the new entry and what is ahead of it, empty if refused. Where the store
	 * cannot refuse in one step, the entry is created and removed again, and may
	 * meanwhile lead to another attempt's refusal
	 */
	Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead);

	/**
	 * Delete an entry of this session.
	 * @param expected the entry as it was read
	 * @return {@code false} if it does not exist at that revision
	 */
	boolean delete(Entry expected);

	/**
	 * Read everything that is bound to this session.
	 * @return the entries, in no order
	 */
	List<Entry> entries();

	/**
	 * End the session and delete its entries. If the store cannot be told in time, the
	 * session expires by itself. Never fails.
	 */
	@Override
	void close();

}
