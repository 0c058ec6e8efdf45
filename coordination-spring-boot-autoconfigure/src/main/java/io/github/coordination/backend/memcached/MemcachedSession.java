package io.github.coordination.backend.memcached;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.memcached.Connections.Answer;
import io.github.coordination.backend.memcached.Documents.Found;
import io.github.coordination.backend.memcached.Documents.Step;
import io.github.coordination.backend.memcached.Documents.View;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.SessionGrant;
import io.github.coordination.spi.support.OwnEntries;

/**
 * An item that is made once and touched with each renewal. It is asked to live for
 * {@value #SPARE} seconds more than the ttl: memcached counts from the last tick of its
 * clock, which may be a second ago, and that tick was rounded down to a whole second.
 */
final class MemcachedSession implements BackendSession {

	private static final byte[] NOTHING = {};

	/** Added to the ttl, in seconds. */
	static final int SPARE = 2;

	/** So many documents are read at once for a renewal. */
	private static final int BATCH = 100;

	/** The time a server's clock is given to catch up before it is looked at again. */
	private static final long CATCHING_UP = TimeUnit.MILLISECONDS.toNanos(20);

	private static final System.Logger LOGGER = System.getLogger(MemcachedSession.class.getName());

	private final MemcachedBackend backend;

	private final String id;

	private final long seconds;

	private final SessionGrant grant;

	/** With the revision they were created at; 0: unknown. */
	private final OwnEntries<EntryKey, Long> own = new OwnEntries<>(0L);

	private volatile Tick tick = new Tick(0, 0);

	private volatile boolean over;

	MemcachedSession(MemcachedBackend backend, String id, long seconds, String identity) {
		this.backend = backend;
		this.id = id;
		this.seconds = seconds;
		Duration ttl = Duration.ofSeconds(seconds);
		this.grant = new SessionGrant(ttl, ttl, identity);
	}

	/** Make the item. */
	void begin(Deadline deadline) {
		Request request = new Request().stats().add(Names.session(this.id), this.seconds + SPARE, NOTHING);
		Answer answer = this.backend.calls().exchange(request, null, deadline);
		if (!answer.reply(1).is(Reply.STORED)) {
			throw new BackendUnavailableException("memcached at " + this.backend.calls() + " did not store a session");
		}
		this.tick = new Tick(answer.reply(0).statistic("uptime"), this.backend.nanoTime());
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public SessionGrant grant() {
		return this.grant;
	}

	@Override
	public boolean isOver() {
		return this.over;
	}

	/**
	 * Touch the item, and see whether the documents of all entries are still there; that
	 * keeps them from being evicted, too. One that was lost may have been made again by
	 * somebody to whom everything looked free. An entry that is missing from the very
	 * document it was in was removed on purpose, and that document may go.
	 */
	@Override
	public SessionGrant renew() {
		return live(() -> {
			Deadline deadline = this.backend.deadline();
			// taken first: what is made meanwhile need not be in what is read
			Map<EntryKey, Long> expected = new HashMap<>(this.own.known());
			expected.values().removeIf((revision) -> revision == 0);
			Reply marked = touch(deadline);
			Map<Directory, Document> documents = documents(expected.keySet(), this.backend.heart(), deadline);
			expected.forEach((key, revision) -> {
				Document document = documents.get(key.directory());
				// otherwise it was deleted meanwhile, and the document went after it
				if (this.own.contains(key) && (document == null || document.born() >= revision)) {
					throw lost("the document of " + key.directory() + " was evicted");
				}
				if (document != null && document.find(key.id()) == null) {
					this.own.note(key, revision, 0L);
				}
			});
			return new SessionGrant(this.grant.ttl(), this.grant.safeTtl(), MemcachedBackend.identity(marked.value()));
		});
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, MemcachedBackend.MAX_VALUE_BYTES);
		return make(key, false, (view) -> MemcachedBackend.create(view.document(), key, this.id, value),
				Entry::createRevision);
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, MemcachedBackend.MAX_VALUE_BYTES);
		return live(() -> this.backend.change(expected.key().directory(), this.id, false,
				(view) -> MemcachedBackend.replace(view.document(), expected, this.id, value)));
	}

	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		Entry.requireSize(value, MemcachedBackend.MAX_VALUE_BYTES);
		EntryKey key = queue.entry(attemptId);
		return make(key, true, (view) -> enqueue(view, key, tag, value, maxAhead),
				(placement) -> placement.entry().createRevision());
	}

	@Override
	public boolean delete(Entry expected) {
		return live(() -> {
			boolean deleted = this.backend.change(expected.key().directory(), this.id, true,
					(view) -> MemcachedBackend.delete(view, expected, this.id));
			if (deleted) {
				this.own.forget(expected.key());
			}
			else {
				// it may be there at another revision
				this.own.note(expected.key(), this.own.known(expected.key()), 0L);
			}
			return deleted;
		});
	}

	@Override
	public List<Entry> entries() {
		return live(() -> {
			Deadline deadline = this.backend.deadline();
			List<Entry> entries = new ArrayList<>();
			for (Document document : documents(this.own.known().keySet(), this.backend.calls(), deadline).values()) {
				for (Entry entry : document.entries()) {
					if (this.id.equals(entry.sessionId())) {
						entries.add(entry);
					}
				}
			}
			if (!Documents.dead(Set.of(this.id), this.backend.calls(), deadline).isEmpty()) {
				throw lost("its item is gone");
			}
			return entries;
		});
	}

	/** The item goes first: with it all entries are void. Then they are cleared away. */
	@Override
	public void close() {
		this.over = true;
		Deadline deadline = this.backend.deadline();
		try {
			this.backend.calls().ask(new Request().delete(Names.session(this.id)), deadline);
			Set<Directory> directories = new LinkedHashSet<>();
			this.own.known().keySet().forEach((key) -> directories.add(key.directory()));
			for (Directory directory : directories) {
				this.backend.change(directory, null, true, deadline, this::clear);
			}
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "session {0} is left to expire, or its entries to the next who comes: {1}", this.id,
					ex.getMessage());
		}
	}

	private Step<Boolean> clear(View view) {
		Document cleared = view.document().without(Set.of(this.id));
		return (cleared.entries().size() == view.document().entries().size()) ? Step.nothing(false)
				: Step.of(view.document().with(cleared.entries()), true);
	}

	private Step<Optional<Placement>> enqueue(View view, EntryKey key, String tag, byte[] value, int maxAhead) {
		Document document = view.document();
		List<Entry> entries = document.entries();
		for (int i = 0; i < entries.size(); i++) {
			if (entries.get(i).key().equals(key)) {
				return Step.nothing(Optional.of(new Placement(entries.get(i), ahead(entries.subList(0, i), Set.of()))));
			}
		}
		if (entries.size() > maxAhead) {
			if (view.isDoubtful()) {
				// what was sent before may be carried out after this look
				throw new IndeterminateResultException("the entry " + key + " may have been stored");
			}
			return Step.nothing(Optional.empty());
		}
		long revision = document.last() + 1;
		Entry entry = new Entry(key, tag, value, revision, revision, this.id);
		List<Entry> appended = new ArrayList<>(entries.size() + 1);
		appended.addAll(entries);
		appended.add(entry);
		return new Step<>(document.with(appended), (dead) -> Optional.of(new Placement(entry, ahead(entries, dead))));
	}

	private static List<Ahead> ahead(List<Entry> entries, Set<String> dead) {
		if (entries.isEmpty()) {
			return List.of();
		}
		List<Ahead> ahead = new ArrayList<>(entries.size());
		for (Entry each : entries) {
			String session = each.sessionId();
			if (session == null || !dead.contains(session)) {
				ahead.add(new Ahead(each.id(), each.tag()));
			}
		}
		return ahead;
	}

	private <T> Optional<T> make(EntryKey key, boolean repeatable, Function<View, Step<Optional<T>>> work,
			Function<T, Long> revision) {
		return live(() -> this.own.make(key, () -> this.backend.change(key.directory(), this.id, repeatable, work),
				revision));
	}

	private Map<Directory, Document> documents(Iterable<EntryKey> keys, Connections by, Deadline deadline) {
		Set<Directory> directories = new LinkedHashSet<>();
		keys.forEach((key) -> directories.add(key.directory()));
		Map<Directory, Document> documents = new HashMap<>();
		List<Directory> all = List.copyOf(directories);
		for (int start = 0; start < all.size(); start += BATCH) {
			Found found = this.backend.documents()
				.read(all.subList(start, Math.min(start + BATCH, all.size())), Set.of(this.id), by, deadline);
			for (BackendUnavailableException failure : found.foreign().values()) {
				throw failure;
			}
			documents.putAll(found.documents());
		}
		return documents;
	}

	/**
	 * Touch the item, and read the marker. memcached counts seconds, and a server that
	 * was stopped goes on with the second in which it was: an item touched then dies too
	 * early. So its clock is compared with this side's, and while it is behind, no touch
	 * counts.
	 */
	private Reply touch(Deadline deadline) {
		while (true) {
			long sent = this.backend.nanoTime();
			// the clock first: it may be set right while the answers are made
			Request request = new Request().stats()
				.touch(Names.session(this.id), this.seconds + SPARE)
				.gets(Names.format(this.backend.namespace()));
			Answer answer = this.backend.heart().ask(request, deadline);
			if (!answer.reply(1).is("TOUCHED")) {
				throw lost("its item is gone");
			}
			Tick now = new Tick(answer.reply(0).statistic("uptime"), this.backend.nanoTime());
			if (!now.isBehind(this.tick, sent)) {
				this.tick = now;
				return answer.reply(2);
			}
			LockSupport.parkNanos(CATCHING_UP);
		}
	}

	private <T> T live(Supplier<T> call) {
		if (this.over) {
			throw lost("it was ended");
		}
		try {
			return call.get();
		}
		catch (SessionLostException ex) {
			this.over = true;
			throw ex;
		}
	}

	private SessionLostException lost(@Nullable String why) {
		return new SessionLostException("session " + this.id + " is over: " + why);
	}

	/**
	 * The server's clock.
	 *
	 * @param seconds what it said
	 * @param nanos when that was known here
	 */
	record Tick(long seconds, long nanos) {

		/** More than a second and the time it may take to count it. */
		private static final long TOLERATED = 1_500_000_000;

		/** Two clocks differ by less than one part in this many. */
		private static final long DRIFT = 1000;

		boolean isBehind(Tick before, long sent) {
			long passed = sent - before.nanos;
			return passed - (this.seconds - before.seconds) * 1_000_000_000 > TOLERATED + passed / DRIFT;
		}

	}

}
