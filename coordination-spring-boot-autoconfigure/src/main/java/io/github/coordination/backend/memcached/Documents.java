package io.github.coordination.backend.memcached;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.memcached.Connection.Server;
import io.github.coordination.backend.memcached.Connections.Answer;
import io.github.coordination.backend.memcached.Reply.Value;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;

/**
 * Reads and changes documents. A change is computed from the document as it was seen last
 * and stored if its version is still the same; with it, in one round trip, it is asked
 * which of the sessions in it exist, and what the document is now.
 *
 * <p>
 * Whether a session exists is asked <em>after</em> the document was stored or read. The
 * item of a session is made once and only ever prolonged, so one that exists now existed
 * then: whoever reads that its own session exists has stored its change in a live one.
 * And one that is gone is gone for good: entries of such sessions count for nothing from
 * then on, wherever they still stand, and leave with the next change. So the document and
 * the items of sessions need not agree.
 *
 * <p>
 * A new document begins above all revisions an earlier one of its name can have had. The
 * server numbers its changes from 1; a document's revisions grow by one with each change
 * of it, and it begins with the number of a change made just before, added to the time
 * the server was started in microseconds. Neither eviction nor flushing turns that back.
 */
final class Documents {

	/** How long an empty document stays, in seconds. */
	private static final long EMPTY_STAYS = 300;

	private static final int MAX_SEEN = 128;

	private static final int MAX_SEEN_BYTES = 16 * 1024;

	private static final byte[] ONE = { '1' };

	private final Connections connections;

	private final ReentrantLock guard = new ReentrantLock();

	/** Documents as they were seen last, the least recently used first. */
	private final Map<Directory, Seen> seen = new LinkedHashMap<>(16, 0.75f, true);

	Documents(Connections connections) {
		this.connections = connections;
	}

	/** Read a document as it is now, without what is left of sessions that are over. */
	Document read(Directory directory, Deadline deadline) {
		Look look = look(directory, null, false, deadline);
		return look.seen.document.without(look.dead);
	}

	/**
	 * Change a document.
	 * @param session the session that must exist, {@code null} if none must
	 * @param repeatable whether the work recognises what it has done before
	 * @param work computes the change; called until it was stored
	 */
	<T> T change(Directory directory, @Nullable String session, boolean repeatable, Deadline deadline,
			Function<View, Step<T>> work) {
		Seen known = seen(directory);
		Look look = (known != null) ? new Look(known, Set.of(), false) : look(directory, session, true, deadline);
		boolean doubtful = false;
		try {
			while (true) {
				Document live = look.seen.document.without(look.dead);
				Step<T> step = work.apply(new View(live, doubtful));
				if (step.changed == null && look.isFresh) {
					return step.result.apply(Set.of());
				}
				if (deadline.hasPassed()) {
					throw new BackendUnavailableException("no change of " + directory + " came through in time");
				}
				if (step.changed == null) {
					look = look(directory, session, true, deadline);
					continue;
				}
				try {
					Set<String> dead = new HashSet<>();
					Seen now = store(look.seen, step.changed, session, dead, deadline);
					if (now == null) {
						return step.result.apply(dead);
					}
					look = new Look(now, Set.of(), false);
				}
				catch (IndeterminateResultException ex) {
					forget(directory);
					doubtful = true;
					if (!repeatable) {
						throw ex;
					}
					look = look(directory, session, true, deadline);
				}
			}
		}
		catch (BackendUnavailableException ex) {
			if (doubtful) {
				throw new IndeterminateResultException("the change of " + directory + " may have been stored", ex);
			}
			throw ex;
		}
	}

	/** Read several documents and their sessions, for a renewal or a poll. */
	Found read(Iterable<Directory> directories, Set<String> probed, Connections by, Deadline deadline) {
		Map<Directory, Document> documents = new LinkedHashMap<>();
		Map<Directory, BackendUnavailableException> foreign = new LinkedHashMap<>();
		Request request = new Request();
		directories.forEach((directory) -> request.gets(Names.document(directory)));
		Set<String> asked = new TreeSet<>(probed);
		if (!asked.isEmpty()) {
			request.get(Document.keys(asked));
		}
		if (request.replies() == 0) {
			return new Found(documents, foreign);
		}
		Answer answer = by.ask(request, deadline);
		int next = 0;
		Set<String> sessions = new TreeSet<>();
		for (Directory directory : directories) {
			Value value = answer.reply(next++).value();
			try {
				Document document = decode(value, directory);
				if (document != null) {
					documents.put(directory, document);
					sessions.addAll(document.sessions());
				}
			}
			catch (BackendUnavailableException ex) {
				foreign.put(directory, ex);
			}
		}
		Set<String> dead = new HashSet<>(asked);
		if (!asked.isEmpty()) {
			dead.removeAll(found(answer.reply(next)));
		}
		sessions.removeAll(asked);
		dead.addAll(dead(sessions, by, deadline));
		documents.replaceAll((directory, document) -> document.without(dead));
		return new Found(documents, foreign);
	}

	/** The sessions among these that are over. */
	static Set<String> dead(Set<String> sessions, Connections by, Deadline deadline) {
		if (sessions.isEmpty()) {
			return Set.of();
		}
		Set<String> dead = new HashSet<>(sessions);
		dead.removeAll(found(by.ask(new Request().get(Document.keys(sessions)), deadline).reply(0)));
		return dead;
	}

	/**
	 * Store a document, if nobody was faster.
	 * @param dead receives the sessions in it that are over
	 * @return {@code null} if it was stored, else what was there
	 */
	private @Nullable Seen store(Seen before, Document changed, @Nullable String session, Set<String> dead,
			Deadline deadline) {
		Directory directory = changed.directory();
		String key = Names.document(directory);
		byte[] bytes = changed.encode();
		long stays = changed.isEmpty() ? EMPTY_STAYS : 0;
		Set<String> sessions = changed.sessions();
		if (session != null) {
			sessions = new TreeSet<>(sessions);
			sessions.add(session);
		}
		Request request = (before.version != 0) ? new Request().cas(key, stays, bytes, before.version)
				: new Request().add(key, stays, bytes);
		request.gets(key);
		if (!sessions.isEmpty()) {
			request.get(Document.keys(sessions));
		}
		Answer answer = this.connections.exchange(request, before.server, deadline);
		if (answer.replies().isEmpty()) {
			forget(directory);
			return look(directory, session, true, deadline).seen;
		}
		dead.addAll(sessions);
		if (!sessions.isEmpty()) {
			dead.removeAll(found(answer.reply(2)));
		}
		Value value = answer.reply(1).value();
		boolean stored = answer.reply(0).is(Reply.STORED);
		Seen now = null;
		if (value == null) {
			forget(directory);
		}
		else {
			Document document = Arrays.equals(value.bytes(), bytes) ? changed : decode(value, directory);
			now = new Seen((document != null) ? document : changed, value.version(), answer.server());
			if (dead.isEmpty()) {
				remember(directory, now, value.bytes().length);
			}
			else {
				// whoever changes it next looks first, and clears away what they left
				forget(directory);
			}
		}
		requireLive(session, dead);
		if (stored) {
			return null;
		}
		return (now != null) ? now : look(directory, session, true, deadline).seen;
	}

	/**
	 * Look at a document.
	 * @param toChange whether a document that is not there has to be made
	 */
	private Look look(Directory directory, @Nullable String session, boolean toChange, Deadline deadline) {
		String key = Names.document(directory);
		Seen known = seen(directory);
		Set<String> asked = new TreeSet<>((known != null) ? known.document.sessions() : Set.of());
		if (session != null) {
			asked.add(session);
		}
		boolean count = toChange && known == null;
		Request request = new Request();
		if (count) {
			String counter = Names.count(directory.namespace());
			request.set(counter, EMPTY_STAYS, ONE).gets(counter);
		}
		request.gets(key);
		if (!asked.isEmpty()) {
			request.get(Document.keys(asked));
		}
		Answer answer = this.connections.ask(request, deadline);
		int next = count ? 2 : 0;
		Value value = answer.reply(next++).value();
		Document document = decode(value, directory);
		Set<String> dead = new HashSet<>(asked);
		if (!asked.isEmpty()) {
			dead.removeAll(found(answer.reply(next)));
		}
		requireLive(session, dead);
		if (document == null || value == null) {
			forget(directory);
			if (toChange && !count) {
				return look(directory, session, true, deadline);
			}
			long first = count ? first(answer.server(), answer.reply(1).value()) : 0;
			return new Look(new Seen(Document.after(directory, first), 0, answer.server()), Set.of(), true);
		}
		Seen now = new Seen(document, value.version(), answer.server());
		remember(directory, now, value.bytes().length);
		Set<String> others = new TreeSet<>(document.sessions());
		others.removeAll(asked);
		dead.addAll(dead(others, this.connections, deadline));
		return new Look(now, dead, true);
	}

	/** The revision below all that a new document gives out. */
	private long first(Server server, @Nullable Value counted) {
		if (counted == null) {
			throw new BackendUnavailableException("memcached at " + this.connections + " forgets what it stores");
		}
		return server.epoch() + counted.version();
	}

	/** The document in a value, {@code null} if there is no value. */
	private static @Nullable Document decode(@Nullable Value value, Directory directory) {
		try {
			return (value != null) ? Document.decode(value.bytes(), directory) : null;
		}
		catch (IllegalArgumentException ex) {
			throw new BackendUnavailableException("the value of " + Names.document(directory)
					+ " is not understood and left as it is: " + ex.getMessage());
		}
	}

	private static void requireLive(@Nullable String session, Set<String> dead) {
		if (session != null && dead.contains(session)) {
			throw new SessionLostException("session " + session + " is over");
		}
	}

	private static Set<String> found(Reply reply) {
		Set<String> found = new HashSet<>();
		for (Value each : reply.values()) {
			found.add(each.key().substring(each.key().lastIndexOf('/') + 1));
		}
		return found;
	}

	private @Nullable Seen seen(Directory directory) {
		this.guard.lock();
		try {
			return this.seen.get(directory);
		}
		finally {
			this.guard.unlock();
		}
	}

	private void forget(Directory directory) {
		this.guard.lock();
		try {
			this.seen.remove(directory);
		}
		finally {
			this.guard.unlock();
		}
	}

	private void remember(Directory directory, Seen now, int length) {
		this.guard.lock();
		try {
			if (length > MAX_SEEN_BYTES) {
				this.seen.remove(directory);
				return;
			}
			this.seen.put(directory, now);
			if (this.seen.size() > MAX_SEEN) {
				this.seen.remove(this.seen.keySet().iterator().next());
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * Several documents.
	 *
	 * @param documents those that are there
	 * @param foreign those that are not understood, and why
	 */
	record Found(Map<Directory, Document> documents, Map<Directory, BackendUnavailableException> foreign) {
	}

	/**
	 * A document as it was.
	 *
	 * @param version the version; 0 if it was not there
	 * @param server where it was: another server has other versions
	 */
	private record Seen(Document document, long version, Server server) {
	}

	/**
	 * What is known of a document.
	 *
	 * @param dead sessions that are over
	 * @param isFresh whether the server was asked for it, and for all sessions
	 */
	private record Look(Seen seen, Set<String> dead, boolean isFresh) {
	}

	/**
	 * What a change is computed from.
	 *
	 * @param document the document
	 * @param isDoubtful whether the change may have been stored before
	 */
	record View(Document document, boolean isDoubtful) {
	}

	/**
	 * A change.
	 *
	 * @param changed the document to store, {@code null} if nothing is to be changed
	 * @param result what comes of it, by the sessions found to be over
	 */
	record Step<T>(@Nullable Document changed, Function<Set<String>, T> result) {

		static <T> Step<T> nothing(T result) {
			return new Step<>(null, (dead) -> result);
		}

		static <T> Step<T> of(Document changed, T result) {
			return new Step<>(changed, (dead) -> result);
		}

	}

}
