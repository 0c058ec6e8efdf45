package io.github.coordination.backend.memcached;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.backend.memcached.Documents.Step;
import io.github.coordination.backend.memcached.Documents.View;
import io.github.coordination.backend.memcached.Reply.Value;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;
import io.github.coordination.spi.support.NamespaceMarker;
import io.github.coordination.spi.support.PolledWatches;

/**
 * {@link CoordinationBackend} on one memcached server.
 * <table>
 * <caption>How it maps</caption>
 * <tr>
 * <td>session</td>
 * <td>an item that lives for the ttl and two seconds, and is touched</td>
 * </tr>
 * <tr>
 * <td>entries of a directory</td>
 * <td>one document, changed by compare-and-set; see {@link Documents}</td>
 * </tr>
 * <tr>
 * <td>revision</td>
 * <td>counted in the document, from the server's count of changes on</td>
 * </tr>
 * <tr>
 * <td>watch</td>
 * <td>documents that are watched here are polled; see {@link MemcachedChanges}</td>
 * </tr>
 * </table>
 * memcached may forget anything at any moment. That is noticed with the next renewal.
 */
public final class MemcachedBackend implements CoordinationBackend {

	static final int MAX_VALUE_BYTES = 1 << 16;

	private static final int CALLS = 16;

	/** Above it memcached takes a time to live for a date. */
	private static final long MAX_SECONDS = Duration.ofDays(30).toSeconds() - MemcachedSession.SPARE;

	/**
	 * An item may outlive its ttl by what it has to spare; then come a tick and a poll.
	 */
	private static final Guarantees GUARANTEES = new Guarantees(Guarantees.Level.BEST_EFFORT,
			EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS, Characteristic.DISTRIBUTED_ACROSS_PROCESSES,
					Characteristic.DISTRIBUTED_ACROSS_HOSTS, Characteristic.CAUSAL),
			Duration.ofMillis(2500), Guarantees.WatchKind.POLL, Guarantees.TokenDurability.COUNTER_OR_CLOCK,
			Names.MAX_LENGTH, MAX_VALUE_BYTES);

	private final String namespace;

	private final Environment environment;

	private final Duration callTimeout;

	private final Connections calls;

	private final Connections heart;

	private final Documents documents;

	private final Connections polls;

	private final PolledWatches<Directory, MemcachedChanges.State> watches;

	private final NamespaceMarker marker = new NamespaceMarker("memcached", 1);

	MemcachedBackend(Connection.Target target, BackendConfig config) {
		this.namespace = config.namespace();
		this.environment = config.environment();
		this.callTimeout = config.callTimeout();
		this.calls = new Connections(target, CALLS, this.environment);
		this.heart = new Connections(target, 1, this.environment);
		this.documents = new Documents(this.calls);
		this.polls = new Connections(target, 1, this.environment);
		this.watches = new PolledWatches<>(this.environment, MemcachedChanges.PACE,
				new MemcachedChanges(this.documents, this.polls, config));
	}

	@Override
	public Guarantees guarantees() {
		return GUARANTEES;
	}

	@Override
	public BackendSession open(Duration ttl) {
		long seconds = ttl.plusNanos(999_999_999).toSeconds();
		if (seconds > MAX_SECONDS) {
			throw new ConfigurationException("coordination.ttl", "memcached keeps nothing for " + ttl + ".",
					"Use a ttl of less than 30 days, such as 15s.");
		}
		Deadline deadline = deadline();
		String identity = mark(deadline);
		MemcachedSession session = new MemcachedSession(this, this.environment.newId(), seconds, identity);
		session.begin(deadline);
		return session;
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		requireUnderstood();
		return Optional.ofNullable(this.documents.read(key.directory(), deadline()).find(key.id()));
	}

	@Override
	public List<Entry> list(Directory directory) {
		requireUnderstood();
		return List.copyOf(this.documents.read(directory, deadline()).entries());
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		requireUnderstood();
		return change(key.directory(), null, false, (view) -> create(view.document(), key, null, value));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, MAX_VALUE_BYTES);
		requireUnderstood();
		return change(expected.key().directory(), null, false,
				(view) -> replace(view.document(), expected, null, value));
	}

	@Override
	public boolean delete(Entry expected) {
		requireUnderstood();
		return change(expected.key().directory(), null, true, (view) -> delete(view, expected, expected.sessionId()));
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		requireUnderstood();
		return this.watches.watch(directory, listener);
	}

	@Override
	public void close() {
		this.watches.close();
		this.polls.close();
		this.calls.close();
		this.heart.close();
	}

	Connections calls() {
		return this.calls;
	}

	Connections heart() {
		return this.heart;
	}

	Documents documents() {
		return this.documents;
	}

	String namespace() {
		return this.namespace;
	}

	long nanoTime() {
		return this.environment.clock().nanoTime();
	}

	/** When a call that begins now has to have ended. */
	Deadline deadline() {
		return Deadline.after(this.environment.clock(), this.callTimeout);
	}

	<T> T change(Directory directory, @Nullable String session, boolean repeatable, Function<View, Step<T>> work) {
		return change(directory, session, repeatable, deadline(), work);
	}

	<T> T change(Directory directory, @Nullable String session, boolean repeatable, Deadline deadline,
			Function<View, Step<T>> work) {
		T result = this.documents.change(directory, session, repeatable, deadline, work);
		this.watches.hasten(directory);
		return result;
	}

	/** The store is another if the namespace's marker is; none is there if it is gone. */
	static String identity(@Nullable Value marker) {
		return (marker != null) ? new String(marker.bytes(), StandardCharsets.ISO_8859_1) : "none";
	}

	static Step<Optional<Entry>> create(Document document, EntryKey key, @Nullable String session, byte[] value) {
		if (document.find(key.id()) != null) {
			return Step.nothing(Optional.empty());
		}
		Entry entry = new Entry(key, "", value, document.last() + 1, document.last() + 1, session);
		List<Entry> entries = new ArrayList<>(document.entries());
		entries.add(entry);
		return Step.of(document.with(entries), Optional.of(entry));
	}

	static Step<Optional<Entry>> replace(Document document, Entry expected, @Nullable String session, byte[] value) {
		Entry found = find(document, expected, session);
		if (found == null) {
			return Step.nothing(Optional.empty());
		}
		Entry entry = new Entry(found.key(), found.tag(), value, found.createRevision(), document.last() + 1, session);
		List<Entry> entries = new ArrayList<>(document.entries());
		entries.set(entries.indexOf(found), entry);
		return Step.of(document.with(entries), Optional.of(entry));
	}

	static Step<Boolean> delete(View view, Entry expected, @Nullable String session) {
		Entry found = find(view.document(), expected, session);
		if (found == null) {
			// if it was there before an answer got lost, it was this call
			return Step.nothing(view.isDoubtful());
		}
		List<Entry> entries = new ArrayList<>(view.document().entries());
		entries.remove(found);
		return Step.of(view.document().with(entries), true);
	}

	private static @Nullable Entry find(Document document, Entry expected, @Nullable String session) {
		Entry found = document.find(expected.id());
		boolean isSame = found != null && found.revision() == expected.revision()
				&& Objects.equals(found.sessionId(), session);
		return isSame ? found : null;
	}

	/** Before the first use: see whether this version understands the namespace. */
	private void requireUnderstood() {
		if (!this.marker.isUnderstood()) {
			mark(deadline());
		}
	}

	/**
	 * Read the namespace's marker, or make it.
	 * @return the store's identity
	 * @throws ConfigurationException if a newer version made it, or the server cannot
	 * compare and set
	 */
	private String mark(Deadline deadline) {
		String key = Names.format(this.namespace);
		Value found = this.calls.ask(new Request().gets(key), deadline).reply(0).value();
		if (found == null) {
			byte[] fresh = this.marker.fresh(this.environment.newId()).getBytes(StandardCharsets.ISO_8859_1);
			// if another was faster, its marker is as good
			Request request = new Request().add(key, 0, fresh).gets(key);
			found = this.calls.exchange(request, null, deadline).reply(1).value();
		}
		if (found == null) {
			throw new BackendUnavailableException("memcached at " + this.calls + " forgets what it stores");
		}
		if (found.version() == 0) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"memcached at " + this.calls + " does not count the versions of values.", "Start it without -C.");
		}
		String identity = identity(found);
		this.marker.check(identity, key);
		return identity;
	}

}
