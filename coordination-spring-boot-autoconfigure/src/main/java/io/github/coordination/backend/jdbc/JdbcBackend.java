package io.github.coordination.backend.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * {@link CoordinationBackend} in the tables of a SQL database. A session is a row with
 * the instant, by the database's clock, at which it expires; a queue is one row that
 * holds all its entries as text, so that one statement appends, counts and returns it;
 * other entries are rows of their own. Every statement commits by itself, on connections
 * that are never those of a caller's transaction. Renewals have a connection to
 * themselves.
 */
final class JdbcBackend implements CoordinationBackend {

	/** How often processes that wait look for sessions that are over. */
	static final Duration PATROL = Duration.ofSeconds(1);

	static final int MAX_VALUE_BYTES = 1 << 16;

	/** How often two connections are compared. */
	private static final int ROUNDS = 4;

	private final BackendConfig config;

	private final Connections heart;

	private final Connections connections;

	private final Schema schema;

	/** {@code null} if the url does not say it and no session was opened yet. */
	private volatile @Nullable Dialect dialect;

	private final Store store;

	private final Watches watches;

	private volatile boolean checked;

	/**
	 * Create it.
	 * @param heart one connection, for renewals
	 * @param connections for all else
	 * @param declared what the url says it leads to, {@code null} if it does not say
	 * @param opener opens the one that is told of changes, where the database does so
	 */
	JdbcBackend(BackendConfig config, Connections heart, Connections connections, Connections.Opener opener,
			Schema schema, @Nullable Dialect declared) {
		this.config = config;
		this.heart = heart;
		this.connections = connections;
		this.schema = schema;
		this.dialect = declared;
		this.store = new Store(config.namespace());
		this.watches = new Watches(config.environment(), connections, opener, this.store);
	}

	@Override
	public Guarantees guarantees() {
		Dialect known = this.dialect;
		Dialect dialect = (known != null) ? known : this.connections.read(Link::dialect);
		Set<Characteristic> characteristics = EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS,
				Characteristic.LINEARIZABLE, Characteristic.SEQUENTIAL, Characteristic.CAUSAL);
		if (dialect.scope() != Dialect.Scope.THREADS) {
			characteristics.add(Characteristic.DISTRIBUTED_ACROSS_PROCESSES);
		}
		if (dialect.scope() == Dialect.Scope.HOSTS) {
			characteristics.add(Characteristic.DISTRIBUTED_ACROSS_HOSTS);
		}
		return new Guarantees(
				(dialect.scope() == Dialect.Scope.THREADS) ? Guarantees.Level.LOCAL : Guarantees.Level.SINGLE,
				characteristics, PATROL.multipliedBy(2),
				dialect.notifies() ? Guarantees.WatchKind.PUSH_AND_POLL : Guarantees.WatchKind.POLL,
				Guarantees.TokenDurability.COUNTER_OR_CLOCK, Names.LONGEST / 3, MAX_VALUE_BYTES);
	}

	@Override
	public BackendSession open(Duration ttl) {
		if (!this.checked) {
			this.connections.write((link) -> this.schema.prepare(link));
		}
		String id = this.config.environment().newId();
		BackendSession session = this.heart.write((link) -> {
			String storeId = this.schema.storeId(link);
			requireOwnConnection(link);
			this.dialect = link.dialect();
			this.store.open(link, id, ttl);
			return new JdbcSession(this, id, ttl, storeId, link);
		});
		this.checked = true;
		return session;
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		return this.connections.read((link) -> this.store.get(link, key));
	}

	@Override
	public List<Entry> list(Directory directory) {
		return this.connections.read((link) -> this.store.list(link, directory));
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		return this.connections.write((link) -> this.store.create(link, null, key, value));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		return this.connections.write((link) -> this.store.replace(link, null, expected, value));
	}

	@Override
	public boolean delete(Entry expected) {
		return this.connections.write((link) -> this.store.delete(link, null, expected));
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		return this.watches.add(directory, listener);
	}

	@Override
	public void close() {
		this.watches.close();
		this.connections.close();
		this.heart.close();
	}

	/** The deadline of a call that begins now. */
	Deadline callDeadline() {
		return Deadline.after(this.config.environment().clock(), this.config.callTimeout());
	}

	Connections heart() {
		return this.heart;
	}

	Connections connections() {
		return this.connections;
	}

	Store store() {
		return this.store;
	}

	Watches watches() {
		return this.watches;
	}

	/**
	 * Two connections open at once have two of the server's own, always the same, unless
	 * something between hands out one after the other to whoever sends a statement.
	 */
	private void requireOwnConnection(Link link) throws SQLException {
		if (this.checked || link.dialect().identity().isEmpty()) {
			return;
		}
		Set<String> own = new HashSet<>();
		Set<String> others = new HashSet<>();
		for (int round = 0; round < ROUNDS; round++) {
			own.add(identity(link));
			others.add(this.connections.read((other) -> identity(other)));
		}
		if (own.size() > 1 || others.containsAll(own)) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"it leads to a proxy that pools transactions: two connections to it are one to the server.",
					"Name the server itself, or a port where the proxy pools sessions.");
		}
	}

	private static String identity(Link link) throws SQLException {
		return link.first(link.dialect().identity(), (rows) -> rows.getString(1)).orElseThrow();
	}

}
