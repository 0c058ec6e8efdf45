package io.github.coordination.backend.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;

/**
 * What is done in the tables of one namespace, over a connection that the caller gives.
 * Where a session is {@code null} the entry is a persistent one, or belongs to whichever
 * session.
 */
final class Store {

	/** Repetitions of what the next look contradicts. */
	private static final int ATTEMPTS = 10;

	private static final Link.Row<String> FIRST = (rows) -> rows.getString(1);

	private static final Link.Row<Long> REVISION = (rows) -> rows.getLong(1);

	private final String namespace;

	private final String first;

	private final String last;

	private final String key;

	/** What is told of changes is told on a channel of the namespace. */
	private final String channel;

	Store(String namespace) {
		this.namespace = namespace;
		this.key = Names.of(namespace);
		this.first = Names.first(namespace);
		this.last = Names.last(namespace);
		this.channel = Names.channel(namespace);
	}

	String channel() {
		return this.channel;
	}

	void open(Link link, String session, Duration ttl) throws SQLException {
		long micros = micros(ttl);
		link.change(link.sql().open, session, this.key, micros, micros);
	}

	/** Extend a session, if it is live and the store is still the same. */
	boolean renew(Link link, String session, String storeId) throws SQLException {
		return link.change(link.sql().renew, session, this.key, storeId) > 0;
	}

	/** End a session of this process. It is refused from now on. */
	void close(Link link, String session) throws SQLException {
		link.change(link.sql().close, session);
		removeEntries(link, session);
		link.change(link.sql().swept, session);
	}

	Optional<Entry> get(Link link, EntryKey key) throws SQLException {
		String directory = Names.of(key.directory());
		return view(link, key.directory(), link.sql().get, directory, directory, Names.of(key.id()), this.key,
				directory, directory)
			.stream()
			.filter((entry) -> entry.key().equals(key))
			.findFirst();
	}

	List<Entry> list(Link link, Directory directory) throws SQLException {
		String name = Names.of(directory);
		return view(link, directory, link.sql().list, name, name, this.key, name, name);
	}

	/** Everything that is bound to a session. */
	List<Entry> entries(Link link, String session) throws SQLException {
		List<Entry> entries = bound(link, session);
		requireLive(link, session);
		return entries;
	}

	/** Create an entry; the key of a session that is over is free. */
	Optional<Entry> create(Link link, @Nullable String session, EntryKey key, byte[] value) throws SQLException {
		Optional<Entry> created = insert(link, session, key, value);
		if (created.isPresent()) {
			return created;
		}
		Reason reason = reason(link, (session != null) ? session : "", Names.of(key.directory()));
		if (session != null && !reason.live()) {
			throw lost(session);
		}
		if (!reason.dead()) {
			return created;
		}
		sweep(link, Names.of(key.directory()));
		return insert(link, session, key, value);
	}

	Optional<Entry> replace(Link link, @Nullable String session, Entry expected, byte[] value) throws SQLException {
		Sql sql = link.sql();
		String directory = Names.of(expected.key().directory());
		String id = Names.of(expected.id());
		Hint hint = hint(link, "W", expected.key());
		OptionalLong revision;
		if (session == null) {
			revision = stamped(link, sql.rewrite, hint, Names.text(value), directory, id, expected.revision());
		}
		else if (isQueued(expected)) {
			String text = Names.queued(expected);
			revision = stamped(link, sql.requeue, hint, text, Names.requeuedHead(expected), Names.requeuedTail(value),
					directory, text, session);
		}
		else {
			revision = stamped(link, sql.rewriteBound, hint, Names.text(value), directory, id, expected.revision(),
					session, session);
		}
		if (revision.isEmpty()) {
			requireLive(link, session);
			return Optional.empty();
		}
		return Optional.of(new Entry(expected.key(), expected.tag(), value, expected.createRevision(),
				revision.getAsLong(), expected.sessionId()));
	}

	boolean delete(Link link, @Nullable String session, Entry expected) throws SQLException {
		Sql sql = link.sql();
		String directory = Names.of(expected.key().directory());
		Hint hint = hint(link, isQueued(expected) ? "" : "R", expected.key());
		int deleted;
		if (isQueued(expected)) {
			String text = Names.queued(expected);
			deleted = (session != null) ? change(link, sql.leaveAlive, hint, text, directory, text, session)
					: change(link, sql.leave, hint, text, directory, text);
		}
		else {
			String id = Names.of(expected.id());
			deleted = (session != null)
					? change(link, sql.deleteBound, hint, directory, id, expected.revision(), session, session)
					: change(link, sql.delete, hint, directory, id, expected.revision());
		}
		if (deleted == 0) {
			requireLive(link, session);
		}
		return deleted > 0;
	}

	/**
	 * Append an entry and see what is ahead. If the statement did not append it, a second
	 * one tells why: the session is over, it was there already, or too many were ahead;
	 * if by then none of it is so any more, it is tried again.
	 */
	Optional<Placement> enqueue(Link link, String session, EntryKey key, String tag, byte[] value, int maxAhead)
			throws SQLException {
		String directory = Names.of(key.directory());
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			Optional<Placement> placed = append(link, session, directory, key, tag, value, maxAhead)
				.flatMap((queue) -> View.placement(key, queue));
			if (placed.isPresent()) {
				return placed;
			}
			Reason reason = reason(link, session, directory);
			if (!reason.live()) {
				throw lost(session);
			}
			placed = View.placement(key, reason.queue());
			if (placed.isPresent()) {
				return placed;
			}
			boolean sweep = reason.dead() && attempt == 0;
			if (Names.count(reason.queue()) > maxAhead && !sweep) {
				return Optional.empty();
			}
			if (sweep) {
				sweep(link, directory);
			}
		}
		throw new BackendUnavailableException("the queue, or the session's row, changes with every look at it");
	}

	/**
	 * Look for sessions that are over, and for what the clock has left too long a life.
	 */
	void patrol(Link link) throws SQLException {
		link.change(link.sql().clamp, this.key);
		sweep(link, "");
	}

	/**
	 * Remove what belongs to sessions that are over. First the session is claimed: that
	 * is final, and a renewal comes before it or is refused. So whatever bears a claimed
	 * session's id can be removed one by one, whoever else does the same. A statement of
	 * the session that was under way when it was claimed may still bring an entry:
	 * whoever looks there next removes it, and the row is forgotten only after a second
	 * look, a ttl later.
	 * @param directory where to look for what came late
	 */
	void sweep(Link link, String directory) throws SQLException {
		for (Dead dead : link.all(link.sql().dead, (rows) -> new Dead(rows.getString(1), rows.getInt(2)), this.key,
				directory, directory)) {
			// whoever claims it, its entries must be gone when this returns
			if (dead.swept == 0 && link.change(link.sql().claim, dead.id) == 0 && isLive(link, dead.id)) {
				continue;
			}
			removeEntries(link, dead.id);
			link.change((dead.swept == 2) ? link.sql().forget : link.sql().swept, dead.id);
		}
	}

	/** Remove what is left of a session that is claimed, until nothing is. */
	private void removeEntries(Link link, String session) throws SQLException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			List<Entry> left = bound(link, session);
			if (left.isEmpty()) {
				return;
			}
			for (Entry entry : left) {
				delete(link, null, entry);
			}
		}
		throw new BackendUnavailableException("entries of a session that is over come faster than they can be removed");
	}

	/**
	 * Forget queues that were empty for long: the clock has left their counters behind.
	 */
	void prune(Link link, Duration age) throws SQLException {
		link.change(link.sql().prune, this.first, this.last, micros(age));
	}

	private List<Entry> bound(Link link, String session) throws SQLException {
		List<Entry> bound = new ArrayList<>();
		link.each(link.sql().queuesOf, (rows) -> {
			Directory directory = directory(rows.getString(1), rows.getString(2));
			if (directory != null) {
				View.addQueue(bound, directory, rows.getString(3));
			}
		}, this.first, this.last, Names.marks(session));
		bound.removeIf((entry) -> !session.equals(entry.sessionId()));
		link.each(link.sql().rowsOf, (rows) -> {
			Directory directory = directory(rows.getString(1), rows.getString(3));
			if (directory != null) {
				View.addRow(bound, directory, rows, session);
			}
		}, session);
		return bound;
	}

	/** Read a directory's name, {@code null} if it is foreign. */
	private @Nullable Directory directory(String name, String label) {
		try {
			return Names.directory(this.namespace, name, label);
		}
		catch (IllegalArgumentException | IndexOutOfBoundsException ex) {
			return null;
		}
	}

	private List<Entry> view(Link link, Directory directory, String text, String... values) throws SQLException {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			View view = View.of(link, directory, text, values);
			if (!view.showsDead()) {
				return view.entries();
			}
			// what is left out once must not come back with a late renewal: claim it
			sweep(link, Names.of(directory));
		}
		throw new BackendUnavailableException("sessions end faster than they can be swept");
	}

	private Optional<Entry> insert(Link link, @Nullable String session, EntryKey key, byte[] value)
			throws SQLException {
		Sql sql = link.sql();
		String directory = Names.of(key.directory());
		String id = Names.of(key.id());
		String label = Names.label(directory, key.directory(), id, key.id());
		Hint hint = hint(link, "W", key);
		List<Object> values = new ArrayList<>(List.of(directory, id, label, Names.text(value)));
		if (session != null) {
			values.add(session);
		}
		if (!sql.insertSkips()) {
			values.addAll(List.of(directory, id));
		}
		OptionalLong revision;
		try {
			revision = stamped(link, (session != null) ? sql.createBound : sql.create, hint, values.toArray());
		}
		catch (SQLException ex) {
			if (link.dialect().isDuplicate(ex)) {
				return Optional.empty();
			}
			throw ex;
		}
		return revision.isPresent()
				? Optional.of(new Entry(key, "", value, revision.getAsLong(), revision.getAsLong(), session))
				: Optional.empty();
	}

	/** Why nothing was written, read afterwards. */
	private Reason reason(Link link, String session, String directory) throws SQLException {
		return link.first(link.sql().reason, Reason::of, session, directory, this.key, directory, directory)
			.orElseThrow();
	}

	private Optional<String> append(Link link, String session, String directory, EntryKey key, String tag, byte[] value,
			int maxAhead) throws SQLException {
		String text = link.sql().enqueue;
		String label = Names.label(directory, key.directory());
		String head = Names.head(key.id(), tag);
		String tail = Names.tail(value);
		String mark = Names.mark(key.id());
		return switch (link.dialect().upsert()) {
			case CONFLICT -> link.first(text, FIRST, directory, label, head, tail, session, head, tail, mark, maxAhead);
			case MERGE -> {
				try {
					yield link.first(text, FIRST, directory, label, head, tail, session, mark, maxAhead);
				}
				catch (SQLException ex) {
					if (link.dialect().isDuplicate(ex)) {
						// somebody made the row at the same time: the next one finds it
						yield Optional.empty();
					}
					throw ex;
				}
			}
			case DUPLICATE_KEY -> {
				Object[] values = { directory, label, head, tail, session, mark, maxAhead, head, tail };
				if (link.sql().enqueueReturns()) {
					yield link.first(text, FIRST, values);
				}
				link.change(text, values);
				yield Optional.empty();
			}
		};
	}

	private void requireLive(Link link, @Nullable String session) throws SQLException {
		if (session != null && !isLive(link, session)) {
			throw lost(session);
		}
	}

	private static boolean isLive(Link link, String session) throws SQLException {
		return link.first(link.sql().live, FIRST, session).isPresent();
	}

	/** Run a statement that tells of the change it makes, where the database does. */
	private int change(Link link, String text, Hint hint, @Nullable Object... values) throws SQLException {
		return link.change(text, hint.behind(values));
	}

	/** As {@link #change}: the revision that the statement made. */
	private OptionalLong stamped(Link link, String text, Hint hint, @Nullable Object... values) throws SQLException {
		if (link.sql().writesReturn()) {
			Optional<Long> revision = link.first(text, REVISION, hint.behind(values));
			return revision.isPresent() ? OptionalLong.of(revision.get()) : OptionalLong.empty();
		}
		return (link.change(text, values) > 0) ? OptionalLong.of(link.first(link.sql().stamped, REVISION).orElseThrow())
				: OptionalLong.empty();
	}

	private Hint hint(Link link, String change, EntryKey key) {
		return link.dialect().notifies() ? new Hint(this.channel, Hints.payload(change, key)) : Hint.NONE;
	}

	private static boolean isQueued(Entry entry) {
		return entry.sessionId() != null && entry.id().startsWith(entry.sessionId() + '.');
	}

	private static long micros(Duration duration) {
		return duration.toNanos() / 1000;
	}

	static SessionLostException lost(String session) {
		return new SessionLostException("session " + session + " is over");
	}

	/**
	 * A session that is over.
	 *
	 * @param id its id
	 * @param swept how far it was removed: not claimed yet, claimed, or all but forgotten
	 */
	private record Dead(String id, int swept) {
	}

}
