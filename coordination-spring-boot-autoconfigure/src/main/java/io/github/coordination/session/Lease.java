package io.github.coordination.session;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.SessionGrant;

/**
 * One session from opening to loss, as the recipes see it: what may be believed of it
 * now, and its entries. Whether it is live is computed at each question from a deadline
 * that was taken before the last successful renewal was sent. Once lost it stays lost.
 *
 * <p>
 * Everything that has, or may get, an entry is {@linkplain #track tracked} from before
 * the entry is asked for until it is given up. So whatever the store holds for this
 * session and nobody tracks is left over from an attempt that was given up, and can be
 * {@linkplain #sweep swept}.
 */
public final class Lease {

	private final BackendSession session;

	private final String attemptPrefix;

	private final Clock clock;

	private final Runnable onDoubt;

	private final BiConsumer<Lease, SessionLostException> onRefusal;

	private final Map<EntryKey, Tracked> tracked = new ConcurrentHashMap<>();

	private final AtomicLong attempts = new AtomicLong();

	/** {@code null}: as long as the process lives. */
	private volatile @Nullable Limit limit;

	private volatile boolean suspended;

	private volatile boolean lost;

	private volatile boolean doubtful;

	/**
	 * Create it.
	 * @param onDoubt called when something is left to sweep
	 * @param onRefusal called when the store says that the session is over
	 */
	Lease(BackendSession session, Clock clock, Runnable onDoubt, BiConsumer<Lease, SessionLostException> onRefusal) {
		this.session = session;
		this.attemptPrefix = session.id() + '.';
		this.clock = clock;
		this.onDoubt = onDoubt;
		this.onRefusal = onRefusal;
	}

	/**
	 * Whether the session can be believed to exist at this moment.
	 * @return {@code false} after loss and after the local deadline
	 */
	public boolean isLive() {
		Limit current = this.limit;
		return !this.lost && !this.session.isOver() && (current == null || current.isAhead(this.clock));
	}

	/**
	 * Whether something new may be granted at this moment: it is live and not in doubt.
	 * @return {@code false} while suspended too
	 */
	public boolean isConnected() {
		return !this.suspended && isLive();
	}

	/**
	 * Whether the session is over for good.
	 * @return {@code true} once it is
	 */
	public boolean isLost() {
		return this.lost;
	}

	/**
	 * Return how long it stays live if the store is never heard of again.
	 * @return the time left; {@code ChronoUnit.FOREVER}'s duration without a deadline
	 */
	public Duration remaining() {
		if (!isLive()) {
			return Duration.ZERO;
		}
		Duration left = untilDeadline();
		return (left != null) ? left : ChronoUnit.FOREVER.getDuration();
	}

	/**
	 * Return the session's id.
	 * @return the id
	 */
	public String id() {
		return this.session.id();
	}

	/**
	 * Return a new attempt id.
	 * @return an id that was never used before
	 */
	public String newAttemptId() {
		return this.attemptPrefix + this.attempts.incrementAndGet();
	}

	/**
	 * Track something before its entry is asked for.
	 * @param key the entry's key
	 * @param owner what the entry is for
	 * @return {@code false} if something else has, or is about to have, that entry
	 * @throws SessionLostException if the session is over
	 */
	public boolean track(EntryKey key, Tracked owner) {
		Tracked other = this.tracked.putIfAbsent(key, owner);
		// lost is set before the tracked are told: either they were told after this, or
		// it shows
		if (this.lost) {
			this.tracked.remove(key, owner);
			throw new SessionLostException("session " + this.session.id() + " is over");
		}
		return other == null || other == owner;
	}

	/**
	 * Return everything that has, or may get, an entry.
	 * @return a view; what comes and goes meanwhile may show or not
	 */
	public Collection<Tracked> tracked() {
		return Collections.unmodifiableCollection(this.tracked.values());
	}

	/**
	 * Return the wall-clock time, for people to read.
	 * @return milliseconds since 1970 UTC
	 */
	public long currentTimeMillis() {
		return this.clock.currentTimeMillis();
	}

	/**
	 * Take an entry away from its owner, who is told that it is lost before it is
	 * deleted.
	 * @param entry the entry
	 * @return {@code false} if nothing of this session has that entry
	 */
	public boolean revoke(Entry entry) {
		Tracked owner = this.tracked.get(entry.key());
		if (owner == null || !this.session.id().equals(entry.sessionId())) {
			return false;
		}
		owner.lost();
		giveUp(entry.key(), owner, entry);
		return true;
	}

	/**
	 * Append an entry to a queue; its key must be tracked.
	 * @param key the entry's key, its id an attempt id of this lease
	 * @param tag the entry's tag
	 * @param value the entry's value
	 * @param maxAhead refuse if more than this many are ahead
	 * @return the placement, empty if refused
	 * @see BackendSession#enqueue
	 */
	public Optional<Placement> enqueue(EntryKey key, String tag, byte[] value, int maxAhead) {
		requireConnected();
		try {
			return this.session.enqueue(key.directory(), key.id(), tag, value, maxAhead);
		}
		catch (RuntimeException ex) {
			doubt(ex);
			throw ex;
		}
	}

	/**
	 * Create an entry; its key must be tracked.
	 * @param key the entry's key
	 * @param value the entry's value
	 * @return the entry, empty if the key exists
	 * @see BackendSession#create
	 */
	public Optional<Entry> create(EntryKey key, byte[] value) {
		requireConnected();
		try {
			return this.session.create(key, value);
		}
		catch (RuntimeException ex) {
			doubt(ex);
			throw ex;
		}
	}

	/**
	 * Replace the value of an entry.
	 * @param expected the entry as it was read
	 * @param value the new value
	 * @return the entry as it is now, empty if its revision is another
	 * @see BackendSession#replace
	 */
	public Optional<Entry> replace(Entry expected, byte[] value) {
		requireConnected();
		try {
			return this.session.replace(expected, value);
		}
		catch (RuntimeException ex) {
			doubt(ex);
			throw ex;
		}
	}

	/**
	 * Give an entry up: stop tracking it and delete it. If the store does not confirm
	 * that, it is repeated in the background until it does or the session ends.
	 * @param key the entry's key
	 * @param owner what the entry was tracked for
	 * @param entry the entry, {@code null} if it is unknown whether it exists
	 * @return {@code false} if the store says that there was no such entry
	 */
	public boolean giveUp(EntryKey key, Tracked owner, @Nullable Entry entry) {
		this.tracked.remove(key, owner);
		if (this.lost) {
			return true;
		}
		try {
			boolean deleted = entry != null && this.session.delete(entry);
			// a refusal means it is gone already, or was changed by a call of unknown
			// outcome
			if (!deleted && this.doubtful) {
				this.onDoubt.run();
			}
			return deleted || entry == null;
		}
		catch (SessionLostException ex) {
			// its entries went with it
			this.onRefusal.accept(this, ex);
		}
		catch (RuntimeException ex) {
			this.doubtful = true;
			this.onDoubt.run();
		}
		return true;
	}

	private void requireConnected() {
		if (isConnected()) {
			return;
		}
		if (isLive()) {
			throw new BackendUnavailableException("the session is suspended: its last renewal failed");
		}
		noticeEnd();
		throw new SessionLostException("session " + this.session.id() + " is over");
	}

	/** Act on it if it is known here that the session is over. */
	void noticeEnd() {
		if (this.session.isOver()) {
			this.onRefusal.accept(this, new SessionLostException("session " + this.session.id() + " is over"));
		}
	}

	/**
	 * From an unknown outcome on, an entry nobody tracks may appear at any time. When the
	 * store says that the session is over, it would say so again and again.
	 */
	private void doubt(RuntimeException ex) {
		if (ex instanceof SessionLostException refusal) {
			this.onRefusal.accept(this, refusal);
		}
		else if (!(ex instanceof BackendUnavailableException)) {
			this.doubtful = true;
		}
	}

	SessionGrant renew() {
		return this.session.renew();
	}

	SessionGrant grant() {
		return this.session.grant();
	}

	boolean isDoubtful() {
		return this.doubtful;
	}

	/** Whether the monotonic clock has reached the deadline. */
	boolean hasPassed() {
		Duration left = untilDeadline();
		return left != null && left.isZero();
	}

	/** The time to the deadline on the monotonic clock, {@code null} if there is none. */
	@Nullable Duration untilDeadline() {
		Limit current = this.limit;
		return (current != null) ? Duration.ofNanos(Math.max(0, current.nanos() - this.clock.nanoTime())) : null;
	}

	/** Believe until another moment; {@code true} if that is sooner than before. */
	boolean extend(@Nullable Limit limit) {
		Limit before = this.limit;
		this.limit = limit;
		return before != null && limit != null && limit.nanos() - before.nanos() < 0;
	}

	void suspend() {
		this.suspended = true;
	}

	void markLost() {
		this.lost = true;
	}

	void close() {
		this.session.close();
	}

	/** After {@link #markLost}: tell everybody, whatever becomes of the others. */
	void tellLost() {
		this.tracked.forEach((key, owner) -> {
			this.tracked.remove(key);
			try {
				owner.lost();
			}
			catch (RuntimeException | Error ex) {
				System.getLogger(Lease.class.getName())
					.log(System.Logger.Level.ERROR, "The loss of " + key + " could not be told", ex);
			}
		});
	}

	/**
	 * After doubt: tell those whose entries are gone, then let everything go on. Those
	 * tracked are taken before the entries are read, so that an entry created meanwhile
	 * is not missed.
	 */
	void resume() {
		Map<EntryKey, Entry> expected = this.tracked.entrySet()
			.stream()
			.filter((each) -> each.getValue().entry() != null)
			.collect(Collectors.toMap(Map.Entry::getKey, (each) -> each.getValue().entry(), (a, b) -> a));
		for (Entry entry : this.session.entries()) {
			Entry known = expected.get(entry.key());
			if (known != null && known.createRevision() == entry.createRevision()) {
				expected.remove(entry.key());
			}
		}
		// a view can be wrong too, and nobody would remove what it did not show
		this.doubtful |= !expected.isEmpty();
		for (EntryKey missing : expected.keySet()) {
			// one given up meanwhile is no longer tracked
			Tracked owner = this.tracked.remove(missing);
			if (owner != null) {
				owner.lost();
			}
		}
		this.suspended = false;
		this.tracked.values().forEach(Tracked::resumed);
	}

	/**
	 * Delete what nobody tracks. The entries are read first: one that shows up was
	 * tracked before it was asked for, so if it is not tracked now it was given up.
	 * @param deadline when to leave the rest for the next time
	 */
	void sweep(Deadline deadline) {
		List<Entry> leftOver = new ArrayList<>();
		for (Entry entry : this.session.entries()) {
			if (!this.tracked.containsKey(entry.key())) {
				leftOver.add(entry);
			}
		}
		for (Entry entry : leftOver) {
			if (deadline.hasPassed()) {
				return;
			}
			this.session.delete(entry);
		}
	}

	/**
	 * The moment belief ends, on both clocks. The monotonic clock may stand still while
	 * the machine is suspended; the wall clock then ends the belief, until the next
	 * renewal.
	 *
	 * @param nanos on the monotonic clock
	 * @param millis on the wall clock
	 */
	record Limit(long nanos, long millis) {

		/** The limit of a grant asked for just now, before the request is sent. */
		static Limit now(Clock clock) {
			return new Limit(clock.nanoTime(), clock.currentTimeMillis());
		}

		@Nullable Limit plus(SessionGrant grant, Duration guard) {
			if (grant.safeTtl() == null) {
				return null;
			}
			Duration safe = grant.safeTtl().minus(guard);
			return new Limit(this.nanos + safe.toNanos(), this.millis + safe.toMillis());
		}

		boolean isAhead(Clock clock) {
			return clock.nanoTime() - this.nanos < 0 && clock.currentTimeMillis() < this.millis;
		}

	}

}
