package io.github.coordination.backend.consul;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.consul.ConsulConnection.Outcome;
import io.github.coordination.backend.consul.Keys.Found;
import io.github.coordination.backend.consul.Keys.Pair;
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
 * A session of Consul's. Consul refuses a write that names a session that is gone, and an
 * entry that still has the index it was read with proves that its session is there,
 * because it would have gone with it. Whenever a step is refused for another reason, the
 * session is looked for.
 */
final class ConsulSession implements BackendSession {

	/** Consul takes 64 operations in a transaction. */
	private static final int BATCH = 64;

	private static final System.Logger LOGGER = System.getLogger(ConsulSession.class.getName());

	/** A part of one of Go's durations. */
	private static final Pattern AMOUNT = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|m|s)");

	private final ConsulBackend backend;

	private final String id;

	private final SessionGrant grant;

	/** With whether it is known that they have their place. */
	private final OwnEntries<EntryKey, Boolean> own = new OwnEntries<>(false);

	private volatile boolean over;

	ConsulSession(ConsulBackend backend, String id, Duration ttl, String identity) {
		this.backend = backend;
		this.id = id;
		this.grant = new SessionGrant(ttl, ttl, identity);
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
	 * Under load Consul asks for fewer renewals by a longer ttl; what is safe does not
	 * grow with it.
	 */
	@Override
	public SessionGrant renew() {
		return live((deadline) -> {
			String granted = this.backend.connection().renewSession(this.id, deadline);
			if (granted == null) {
				throw lost();
			}
			Duration ttl = ttl(granted);
			this.backend.granted(ttl);
			Duration safe = (ttl.compareTo(this.grant.ttl()) < 0) ? ttl : this.grant.ttl();
			return new SessionGrant(ttl, safe, this.backend.identity(deadline));
		});
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		Entry.requireSize(value, ConsulBackend.MAX_VALUE_BYTES);
		return live((deadline) -> {
			Supplier<Optional<Entry>> make = () -> {
				Outcome step = add(key, "", value, Keys.ANY, deadline);
				return step.isDone() ? Optional.of(ConsulBackend.written(step, key, "", value, this.id))
						: Optional.empty();
			};
			return this.own.make(key, make, (entry) -> false);
		});
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		Entry.requireSize(value, ConsulBackend.MAX_VALUE_BYTES);
		return live((deadline) -> {
			String name = this.backend.keys().entry(expected.key());
			if (this.id.equals(expected.sessionId())) {
				Outcome step = this.backend.connection()
					.step(true, deadline, Operation.isHeldBy(name, this.id), Operation.replace(name,
							expected.revision(), Keys.bound(Keys.ANY), Keys.value(expected.tag(), value)));
				if (step.isDone()) {
					Pair pair = step.pairs().get(step.pairs().size() - 1);
					return Optional.of(new Entry(expected.key(), expected.tag(), value, pair.createIndex(),
							pair.modifyIndex(), this.id));
				}
			}
			requireSession(deadline);
			return Optional.empty();
		});
	}

	/**
	 * One transaction, and another one to remove the entry if too many are ahead; see
	 * {@link Keys}.
	 */
	@Override
	public Optional<Placement> enqueue(Directory queue, String attemptId, String tag, byte[] value, int maxAhead) {
		Entry.requireSize(value, ConsulBackend.MAX_VALUE_BYTES);
		EntryKey key = queue.entry(attemptId);
		return live((deadline) -> this.own.make(key, () -> append(key, tag, value, maxAhead, deadline),
				(placement) -> true));
	}

	private Optional<Placement> append(EntryKey key, String tag, byte[] value, int maxAhead, Deadline deadline) {
		Directory queue = key.directory();
		Outcome step = add(key, tag, value, maxAhead, deadline, Operation.list(this.backend.keys().directory(queue)));
		if (!step.isDone()) {
			// one that was removed never comes back: somebody may just hear of it
			return find(key, deadline);
		}
		Entry entry = ConsulBackend.written(step, key, tag, value, this.id);
		List<Found> all = this.backend.keys().all(step.pairs().subList(1, step.pairs().size()), queue);
		if (all.stream().noneMatch((found) -> isOwn(found.entry(), key))) {
			throw new IndeterminateResultException("Consul's list of " + queue + " lacks what it has just written");
		}
		Placement placement = placement(all, entry);
		if (all.size() - 1 > maxAhead) {
			withdraw(entry, deadline);
			return Optional.empty();
		}
		return Optional.of(placement);
	}

	@Override
	public boolean delete(Entry expected) {
		return live((deadline) -> {
			if (this.id.equals(expected.sessionId()) && this.backend.delete(expected, deadline)) {
				this.own.forget(expected.key());
				return true;
			}
			requireSession(deadline);
			return false;
		});
	}

	@Override
	public List<Entry> entries() {
		return live((deadline) -> {
			List<Directory> directories = this.own.known()
				.keySet()
				.stream()
				.map(EntryKey::directory)
				.distinct()
				.toList();
			List<Entry> entries = new ArrayList<>();
			for (int start = 0; start < directories.size(); start += BATCH) {
				List<Directory> batch = directories.subList(start, Math.min(start + BATCH, directories.size()));
				Outcome read = this.backend.connection()
					.step(false, deadline,
							batch.stream().map((each) -> Operation.list(this.backend.keys().directory(each))).toList());
				for (Directory directory : batch) {
					for (Found found : this.backend.keys().all(read.pairs(), directory)) {
						if (this.id.equals(found.entry().sessionId())) {
							entries.add(found.entry());
						}
					}
				}
			}
			// last: had it ended before, its entries would have been missed
			requireSession(deadline);
			return entries;
		});
	}

	/** Consul deletes the session and its keys in one step. */
	@Override
	public void close() {
		this.over = true;
		try {
			this.backend.connection().destroySession(this.id, this.backend.connection().deadline());
		}
		catch (CoordinationException ex) {
			LOGGER.log(Level.DEBUG, "session {0} is left to expire: {1}", this.id, ex.getMessage());
		}
	}

	/** Make an entry, and look around; refused if the key exists. */
	private Outcome add(EntryKey key, String tag, byte[] value, int maxAhead, Deadline deadline, String... looks) {
		String name = this.backend.keys().entry(key);
		List<String> operations = new ArrayList<>(List.of(looks));
		operations.addAll(0, List.of(Operation.isAbsent(name),
				Operation.setFor(this.id, name, Keys.bound(maxAhead), Keys.value(tag, value))));
		Outcome step = this.backend.connection().step(true, deadline, operations);
		if (!step.isDone()) {
			if (!step.refused().equals(List.of(0))) {
				requireSession(deadline);
			}
			if (!step.refused().contains(0)) {
				throw new BackendUnavailableException("Consul did not write " + key + ": " + step.why());
			}
		}
		return step;
	}

	/**
	 * The entry of an attempt that is repeated. If it is not known that it has its place,
	 * others may have left it out: then it is removed, and the attempt is refused.
	 */
	private Optional<Placement> find(EntryKey key, Deadline deadline) {
		List<Found> all = this.backend.keys().all(this.backend.read(key.directory(), deadline), key.directory());
		for (Found found : all) {
			Entry entry = found.entry();
			if (isOwn(entry, key)) {
				if (found.maxAhead() == Keys.ANY || this.own.known(key)) {
					return Optional.of(placement(all, entry));
				}
				withdraw(entry, deadline);
				return Optional.empty();
			}
		}
		requireSession(deadline);
		return Optional.empty();
	}

	private boolean isOwn(Entry entry, EntryKey key) {
		return entry.key().equals(key) && this.id.equals(entry.sessionId());
	}

	private void withdraw(Entry entry, Deadline deadline) {
		try {
			this.backend.delete(entry, deadline);
			this.own.forget(entry.key());
		}
		catch (BackendUnavailableException ex) {
			throw new IndeterminateResultException("the entry of a refused attempt could not be removed", ex);
		}
	}

	private void requireSession(Deadline deadline) {
		if (!this.backend.connection().hasSession(this.id, deadline)) {
			throw lost();
		}
	}

	private <T> T live(Function<Deadline, T> call) {
		if (this.over) {
			throw lost();
		}
		try {
			return call.apply(this.backend.connection().deadline());
		}
		catch (SessionLostException ex) {
			this.over = true;
			throw ex;
		}
	}

	private SessionLostException lost() {
		return new SessionLostException("session " + this.id + " is over");
	}

	private static Placement placement(List<Found> all, Entry entry) {
		List<Ahead> ahead = new ArrayList<>(all.size());
		for (int i = 0; i < all.size() && all.get(i).entry().createRevision() < entry.createRevision(); i++) {
			if (all.get(i).isPlaced(i)) {
				ahead.add(new Ahead(all.get(i).entry().id(), all.get(i).entry().tag()));
			}
		}
		return new Placement(entry, ahead);
	}

	private Duration ttl(String granted) {
		double seconds = 0;
		for (Matcher amount = AMOUNT.matcher(granted); amount.find();) {
			seconds += Double.parseDouble(amount.group(1)) * switch (amount.group(2)) {
				case "h" -> 3600;
				case "m" -> 60;
				case "s" -> 1;
				default -> 0.001;
			};
		}
		return (seconds > 0) ? Duration.ofMillis((long) (seconds * 1000)) : this.grant.ttl();
	}

}
