package io.github.coordination.backend.consul;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.backend.consul.ConsulConnection.Outcome;
import io.github.coordination.backend.consul.Keys.Pair;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.NamespaceMarker;

/**
 * {@link CoordinationBackend} on Consul 1.8 and later.
 * <table>
 * <caption>How it maps</caption>
 * <tr>
 * <td>session</td>
 * <td>a session with a ttl, without checks and without lock delay, that deletes its keys
 * when it ends; Consul ends it between one and two ttls after its last renewal</td>
 * </tr>
 * <tr>
 * <td>entry</td>
 * <td>a pair, held by the session or by none; see {@link Keys}</td>
 * </tr>
 * <tr>
 * <td>creation revision and revision</td>
 * <td>the pair's {@code CreateIndex} and {@code ModifyIndex}</td>
 * </tr>
 * <tr>
 * <td>one step</td>
 * <td>a transaction</td>
 * </tr>
 * <tr>
 * <td>watch</td>
 * <td>one blocking query for all; see {@link ConsulChanges}</td>
 * </tr>
 * </table>
 * Reads are consistent ones, confirmed by the quorum.
 */
public final class ConsulBackend implements CoordinationBackend {

	private static final Logger LOGGER = System.getLogger(ConsulBackend.class.getName());

	/** A transaction is limited to 512 KiB, and values travel in base 64. */
	static final int MAX_VALUE_BYTES = 1 << 18;

	/** Fewer servers do not survive the failure of one. */
	private static final int QUORUM = 3;

	private static final Duration SMALLEST_TTL = Duration.ofSeconds(10);

	private final ConsulConnection connection;

	private final Keys keys;

	private final Environment environment;

	private final ConsulChanges changes;

	private final NamespaceMarker marker = new NamespaceMarker("Consul", 1);

	/** What is asked for. */
	private final Duration ttl;

	/** The last that was granted, and before that the one that will be asked for. */
	private volatile Duration granted;

	private volatile int servers;

	private volatile boolean nodeLeaves;

	ConsulBackend(ConsulConnection connection, Keys keys, BackendConfig config) {
		this.connection = connection;
		this.keys = keys;
		this.environment = config.environment();
		this.ttl = config.ttl();
		this.granted = this.ttl;
		this.changes = new ConsulChanges(connection, keys, config);
	}

	/**
	 * A dead session may stay for twice the ttl that was granted. How many servers there
	 * are, and whether the agent keeps its node, is known from the first session on.
	 */
	@Override
	public Guarantees guarantees() {
		return new Guarantees(level(),
				EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS, Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
						Characteristic.DISTRIBUTED_ACROSS_HOSTS, Characteristic.LINEARIZABLE, Characteristic.SEQUENTIAL,
						Characteristic.CAUSAL, Characteristic.SERIALIZABLE),
				this.granted.multipliedBy(2).minus(this.ttl), Guarantees.WatchKind.PUSH,
				Guarantees.TokenDurability.STORE_COUNTER, Directory.MAX_NAME_BYTES, MAX_VALUE_BYTES);
	}

	@Override
	public BackendSession open(Duration ttl) {
		Deadline deadline = this.connection.deadline();
		String identity = mark(deadline);
		this.servers = this.connection.servers(deadline);
		askWhetherTheNodeLeaves(deadline);
		Duration granted = ttl;
		String id = this.connection.createSession(granted, deadline);
		if (id == null) {
			granted = longer(ttl, SMALLEST_TTL);
			id = this.connection.createSession(granted, deadline);
		}
		if (id == null) {
			throw new ConfigurationException("coordination.ttl",
					"Consul allows no sessions of " + ttl + "; it takes 10 seconds to 24 hours by default.",
					"Use another ttl, or change session_ttl_min of the Consul servers.");
		}
		granted(granted);
		return new ConsulSession(this, id, granted, identity);
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		requireUnderstood();
		List<Pair> found = this.connection.read(this.keys.entry(key), false, this.connection.deadline());
		this.changes.shown(key.directory(), found);
		return this.keys.entries(found, key.directory()).stream().findFirst();
	}

	@Override
	public List<Entry> list(Directory directory) {
		requireUnderstood();
		return this.keys.entries(read(directory, this.connection.deadline()), directory);
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		requireUnderstood();
		String name = this.keys.entry(key);
		Outcome step = this.connection.step(true, this.connection.deadline(), Operation.isAbsent(name),
				Operation.set(name, Keys.value("", value)));
		return step.isDone() ? Optional.of(written(step, key, "", value, null)) : Optional.empty();
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		requireUnderstood();
		if (expected.sessionId() != null) {
			return Optional.empty();
		}
		Outcome step = this.connection.step(true, this.connection.deadline(),
				Operation.replace(this.keys.entry(expected.key()), expected.revision(), Keys.PERSISTENT,
						Keys.value(expected.tag(), value)));
		return step.isDone() ? Optional.of(written(step, expected.key(), expected.tag(), value, null))
				: Optional.empty();
	}

	@Override
	public boolean delete(Entry expected) {
		requireUnderstood();
		return delete(expected, this.connection.deadline());
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		requireUnderstood();
		return this.changes.watch(directory, listener);
	}

	@Override
	public void close() {
		this.changes.close();
		this.connection.close();
	}

	/** Note a ttl that was granted. */
	void granted(Duration ttl) {
		this.granted = ttl;
	}

	ConsulConnection connection() {
		return this.connection;
	}

	Keys keys() {
		return this.keys;
	}

	List<Pair> read(Directory directory, Deadline deadline) {
		List<Pair> found = this.connection.read(this.keys.directory(directory), true, deadline);
		this.changes.shown(directory, found);
		return found;
	}

	/** Delete by {@code check-index}: {@code delete-cas} takes an absent key for done. */
	boolean delete(Entry expected, Deadline deadline) {
		String name = this.keys.entry(expected.key());
		return this.connection
			.step(true, deadline, Operation.isUnchanged(name, expected.revision()), Operation.delete(name))
			.isDone();
	}

	/**
	 * The store is another if the namespace's marker is; none is there if it was emptied.
	 */
	String identity(Deadline deadline) {
		List<Pair> found = this.connection.readFirst(this.keys.format(), deadline);
		return found.isEmpty() ? "none" : found.get(0).createIndex() + "-" + text(found.get(0));
	}

	/** What the last but for listings of a step's operations has written. */
	static Entry written(Outcome step, EntryKey key, String tag, byte[] value, @Nullable String session) {
		Pair pair = step.pairs().get(0);
		return new Entry(key, tag, value, pair.createIndex(), pair.modifyIndex(), session);
	}

	private Guarantees.Level level() {
		if (this.nodeLeaves) {
			return Guarantees.Level.BEST_EFFORT;
		}
		return (this.servers >= QUORUM) ? Guarantees.Level.QUORUM : Guarantees.Level.SINGLE;
	}

	private void askWhetherTheNodeLeaves(Deadline deadline) {
		boolean leaves = this.connection.leavesWhenStopped(deadline);
		if (leaves && !this.nodeLeaves) {
			LOGGER.log(Level.WARNING, "The Consul agent at {0} leaves its cluster when it is stopped, and ends the"
					+ " sessions of its node at once, while they are believed in. Set leave_on_terminate = false and"
					+ " skip_leave_on_interrupt = true on it.", this.connection);
		}
		this.nodeLeaves = leaves;
	}

	private static Duration longer(Duration a, Duration b) {
		return (a.compareTo(b) > 0) ? a : b;
	}

	/** Before the first use: see whether this version understands the namespace. */
	private void requireUnderstood() {
		if (!this.marker.isUnderstood()) {
			mark(this.connection.deadline());
		}
	}

	/**
	 * Read the namespace's marker, or make it.
	 * @return the store's identity
	 * @throws ConfigurationException if a newer version made it
	 */
	private String mark(Deadline deadline) {
		String name = this.keys.format();
		List<Pair> found = this.connection.read(name, false, deadline);
		byte[] fresh = this.marker.fresh(this.environment.newId()).getBytes(StandardCharsets.US_ASCII);
		// tried although it may be there: a token that may not write fails here
		this.connection.step(true, deadline, Operation.isAbsent(name), Operation.set(name, Keys.base64(fresh)));
		if (found.isEmpty()) {
			// if another was faster, its marker is as good
			found = this.connection.read(name, false, deadline);
		}
		if (found.isEmpty()) {
			throw new BackendUnavailableException("the key " + name + " vanished when it was made");
		}
		this.marker.check(text(found.get(0)), name);
		return found.get(0).createIndex() + "-" + text(found.get(0));
	}

	private static String text(Pair marker) {
		return Keys.text(marker.value());
	}

}
