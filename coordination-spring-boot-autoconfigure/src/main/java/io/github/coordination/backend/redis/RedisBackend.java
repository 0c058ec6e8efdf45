package io.github.coordination.backend.redis;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.WatchKind;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * {@link CoordinationBackend} in Redis or Valkey. A session is a key that expires, a
 * directory a hash, and every step a {@linkplain RedisScript script} that looks for the
 * session first and publishes what it changes. What a session leaves behind is removed by
 * whoever looks first, and somebody looks at the moment it ends. It cannot promise that
 * what it confirmed survives the server: see {@link #guarantees()}.
 */
final class RedisBackend implements CoordinationBackend {

	static final long GONE = -1;

	private static final System.Logger LOGGER = System.getLogger(RedisBackend.class.getName());

	private static final String FORMAT = "1";

	private static final byte[] NOBODY = {};

	private static final long SHORTEST_PAUSE_MILLIS = 50;

	private final RedisKeys keys;

	private final Environment environment;

	private final Duration renewEvery;

	/** How long after a run of the server began nothing is granted. */
	private final Duration restartDelay;

	private final RedisClients clients;

	private final RedisLink calls;

	private final RedisLink renewals;

	private final RedisChannels channels;

	/** Cancels the next look for sessions that ended. */
	private final AtomicReference<@Nullable Runnable> planned = new AtomicReference<>();

	private final AtomicBoolean closed = new AtomicBoolean();

	/** Whether the last look left something to do at once. */
	private volatile boolean overdue;

	/** What is promised, {@code null} if no session was opened yet. */
	private volatile @Nullable Guarantees guarantees;

	RedisBackend(RedisClients clients, Duration restartDelay, BackendConfig config) {
		this.restartDelay = restartDelay;
		this.keys = new RedisKeys(config.namespace());
		this.environment = config.environment();
		this.renewEvery = config.ttl().dividedBy(3);
		this.clients = clients;
		this.guarantees = clients.isStandalone() ? null
				: RedisFacts.UNKNOWN.guarantees(clients.isCluster() ? WatchKind.PUSH_AND_POLL : WatchKind.PUSH);
		this.channels = new RedisChannels(clients, config.callTimeout(), this.environment);
		this.calls = new RedisLink(clients, config.callTimeout(), this.environment.clock(), this.channels::move);
		this.renewals = new RedisLink(clients, config.callTimeout(), this.environment.clock(), this.channels::move);
	}

	/**
	 * Return what the server promises, as it is configured. Asks a single server if no
	 * session was opened yet; what it cannot or may not say does not count.
	 */
	@Override
	public Guarantees guarantees() {
		Guarantees known = this.guarantees;
		if (known != null) {
			return known;
		}
		try {
			return readFacts(this.renewals.begin()).guarantees(WatchKind.PUSH);
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "the server cannot be asked what it promises: {0}", ex.getMessage());
			return RedisFacts.UNKNOWN.guarantees(WatchKind.PUSH);
		}
	}

	@Override
	public BackendSession open(Duration ttl) {
		String id = this.environment.newId();
		byte[][] names = { this.keys.session(id), this.keys.store(), this.keys.sessions() };
		Deadline deadline = this.renewals.begin();
		List<Object> reply = this.renewals.run(this.renewals.connection(deadline), deadline, RedisScript.OPEN, names,
				RedisKeys.latin1(id), RedisKeys.latin1(Long.toString(ttl.toMillis())),
				RedisKeys.latin1(this.environment.newId()), RedisKeys.latin1(FORMAT));
		if (reply.size() == 2) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"the namespace has format version " + RedisKeys.utf8((byte[]) reply.get(1))
							+ ", and this version knows " + FORMAT + ".",
					"Use a version of the library that is as new as the newest that has used it, or another namespace.");
		}
		boolean mayEvict = readFacts(deadline).mayEvict();
		// less than nothing if the server's clock was set back
		long millisOfRun = Math.max((Long) reply.get(3), 0);
		return new RedisSession(this, id, ttl, RedisKeys.utf8((byte[]) reply.get(1)),
				RedisKeys.utf8((byte[]) reply.get(2)), this.restartDelay.minusMillis(millisOfRun), mayEvict);
	}

	/** What it cannot or may not say does not count. */
	private RedisFacts readFacts(Deadline deadline) {
		if (!this.clients.isStandalone()) {
			return RedisFacts.UNKNOWN;
		}
		RedisFacts facts;
		try {
			facts = this.renewals.facts(deadline);
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "the server does not say what it promises: {0}", ex.getMessage());
			// not asked again with every look at it, which must not need the server
			this.guarantees = RedisFacts.UNKNOWN.guarantees(WatchKind.PUSH);
			return RedisFacts.UNKNOWN;
		}
		this.guarantees = facts.guarantees(WatchKind.PUSH);
		if (facts.mayEvict() && !facts.info().isEmpty()) {
			LOGGER.log(Level.WARNING,
					"Redis may delete what is held when its memory is full: set maxmemory-policy to noeviction");
		}
		return facts;
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		byte[][] names = { this.keys.directory(key.directory()) };
		Object item = this.calls.run(RedisScript.GET, names, RedisKeys.bytes(key.id())).get(0);
		return (item != null) ? RedisKeys.parse(key, (byte[]) item) : Optional.empty();
	}

	@Override
	public List<Entry> list(Directory directory) {
		byte[][] names = { this.keys.directory(directory) };
		List<Object> reply = this.calls.run(RedisScript.LIST, names);
		List<Entry> entries = new ArrayList<>(reply.size() / 2);
		for (int i = 0; i + 1 < reply.size(); i += 2) {
			RedisKeys.parse(directory.entry(RedisKeys.utf8((byte[]) reply.get(i))), (byte[]) reply.get(i + 1))
				.ifPresent(entries::add);
		}
		entries.sort(Entry.OLDEST_FIRST);
		return entries;
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, RedisFacts.MAX_VALUE_BYTES);
		byte[] directory = this.keys.directory(key.directory());
		byte[][] names = { directory, this.keys.revision(), directory };
		Object reply = this.calls.run(RedisScript.CREATE, names, NOBODY, RedisKeys.bytes(key.id()), value).get(0);
		return revision(reply).map((revision) -> new Entry(key, "", value, revision, revision, null));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, RedisFacts.MAX_VALUE_BYTES);
		byte[] directory = this.keys.directory(expected.key().directory());
		byte[][] names = { directory, this.keys.revision(), directory };
		Object reply = this.calls
			.run(RedisScript.REPLACE, names, NOBODY, RedisKeys.bytes(expected.id()), RedisKeys.head(expected), value)
			.get(0);
		return revision(reply).map((revision) -> new Entry(expected.key(), expected.tag(), value,
				expected.createRevision(), revision, null));
	}

	@Override
	public boolean delete(Entry expected) {
		String session = expected.sessionId();
		byte[] directory = this.keys.directory(expected.key().directory());
		byte[][] names = (session != null) ? new byte[][] { directory, this.keys.bound(session) }
				: new byte[][] { directory };
		return this.calls.count(RedisScript.DELETE, names, RedisKeys.bytes(expected.id()),
				RedisKeys.head(expected)) == 1;
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		Watch watch = this.channels.watch(this.keys.channel(directory), listener);
		if (this.planned.get() == null) {
			plan(this.renewEvery.toMillis());
		}
		return watch;
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			Runnable cancel = this.planned.getAndSet(null);
			if (cancel != null) {
				cancel.run();
			}
			this.channels.close();
			this.clients.close();
		}
	}

	Clock clock() {
		return this.environment.clock();
	}

	RedisKeys keys() {
		return this.keys;
	}

	RedisLink calls() {
		return this.calls;
	}

	RedisLink renewals() {
		return this.renewals;
	}

	/** The revision that a script has given, empty if it refused. */
	static Optional<Long> revision(Object reply) {
		return (reply instanceof byte[] digits) ? Optional.of(RedisKeys.number(digits, 0, digits.length))
				: Optional.empty();
	}

	/** After a renewal, which has swept too. */
	void renewed(long millisToExpiry) {
		this.channels.probe();
		swept(millisToExpiry);
	}

	/**
	 * The next session to expire may be one that nobody renews any more: if nobody here
	 * would look before, look at that moment. Renewals look regularly; where there is no
	 * session, watches are the reason to.
	 */
	private void swept(long millisToExpiry) {
		// what cannot be removed, or is too much for one step, must not keep the server
		// busy
		boolean again = this.overdue && millisToExpiry == 0;
		this.overdue = millisToExpiry == 0;
		if (millisToExpiry >= 0 && millisToExpiry < this.renewEvery.toMillis()) {
			plan(again ? SHORTEST_PAUSE_MILLIS : millisToExpiry + 1);
		}
		else if (this.channels.isInUse()) {
			plan(this.renewEvery.toMillis() * 3 / 2);
		}
	}

	private void plan(long millis) {
		Runnable previous = this.planned.getAndSet(this.environment.timer()
			.schedule(Duration.ofMillis(millis), () -> this.environment.callbacks().execute(this::sweep)));
		if (previous != null) {
			previous.run();
		}
	}

	private void sweep() {
		if (this.closed.get()) {
			return;
		}
		this.planned.set(null);
		try {
			byte[][] names = { this.keys.sessions() };
			swept(this.calls.count(RedisScript.SWEEP, names));
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "sessions were not swept: {0}", ex.getMessage());
			plan(this.renewEvery.toMillis());
		}
	}

}
