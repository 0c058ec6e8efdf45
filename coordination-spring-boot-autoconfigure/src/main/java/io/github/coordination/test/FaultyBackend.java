package io.github.coordination.test;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.SessionGrant;
import io.github.coordination.spi.Watch;
import io.github.coordination.spi.WatchListener;

/**
 * One client's view of a store behind a bad network: it passes everything on to another
 * backend and fails where it is told to.
 *
 * <pre class="code">
 * FaultyBackend faulty = new FaultyBackend(backend, environment).withTtl(Duration.ofSeconds(10));
 * faulty.on(Operation.ENQUEUE).replyLost();
 * faulty.on(Operation.RENEW, Operation.LIST).after(2).times(3).unavailable();
 * faulty.loseChanges();
 * faulty.heal();
 * </pre>
 *
 * A call is struck by the oldest fault that has not done its work. Safe for use by
 * several threads.
 */
public final class FaultyBackend implements CoordinationBackend {

	private final CoordinationBackend delegate;

	private final Environment environment;

	private final FaultPlan plan = new FaultPlan();

	private final WatchFaults watchFaults;

	/** In the order in which they were opened. */
	private final Set<FaultySession> sessions = new CopyOnWriteArraySet<>();

	private final AtomicInteger wipes = new AtomicInteger();

	private volatile @Nullable Duration safeTtl;

	/**
	 * Put faults between a client and its backend.
	 * @param delegate the backend, closed with this one
	 * @param environment the client's environment, for time and callbacks
	 */
	public FaultyBackend(CoordinationBackend delegate, Environment environment) {
		this.delegate = delegate;
		this.environment = environment;
		this.watchFaults = new WatchFaults(environment.callbacks());
	}

	/**
	 * Let sessions that are opened from now on end when they are not renewed within their
	 * ttl, though the delegate's live for ever.
	 * @param safeTtl the safe ttl to grant, not longer than the ttl that is asked for
	 * @return this backend
	 */
	public FaultyBackend withTtl(Duration safeTtl) {
		this.safeTtl = safeTtl;
		return this;
	}

	/**
	 * Report every change as {@link io.github.coordination.spi.Change#UNKNOWN}, as a
	 * store does that cannot tell.
	 * @return this backend
	 */
	public FaultyBackend withoutDetails() {
		this.watchFaults.hideDetails();
		return this;
	}

	/**
	 * Begin a fault.
	 * @param operations the operations it strikes
	 * @return the fault, to be completed
	 */
	public Fault on(Operation... operations) {
		return new Fault(EnumSet.copyOf(Arrays.asList(operations)), this.plan::add);
	}

	/**
	 * Let what {@link Fault#deliveredLate} held up reach the store, in the order it was
	 * sent. Nobody hears the answers.
	 */
	public void deliverLate() {
		this.plan.deliverLate();
	}

	/**
	 * Let the calls go on that {@link Fault#hangs} has stopped so far.
	 */
	public void release() {
		this.plan.release();
	}

	/**
	 * Return how many calls {@link Fault#hangs} is holding.
	 * @return their number
	 */
	public int hanging() {
		return this.plan.hanging();
	}

	/**
	 * Deliver no changes until {@link #heal}.
	 */
	public void loseChanges() {
		this.watchFaults.lose();
	}

	/**
	 * Deliver every change twice until {@link #heal}.
	 */
	public void duplicateChanges() {
		this.watchFaults.duplicate();
	}

	/**
	 * Tell every watch that something may have happened, as a store may at any time.
	 */
	public void wakeWatches() {
		this.watchFaults.wake();
	}

	/**
	 * Let the store have another identity from the next renewal on, as if it had been
	 * wiped or replaced. Its contents stay.
	 */
	public void changeStoreIdentity() {
		this.wipes.incrementAndGet();
	}

	/**
	 * End all sessions, as the store would if it had not heard of them.
	 */
	public void endSessions() {
		this.sessions.forEach(FaultySession::end);
	}

	/**
	 * End all faults: rules are forgotten, hanging calls go on, and watches that missed a
	 * change are told that something may have happened. What is late stays late, and the
	 * store's identity as it is.
	 */
	public void heal() {
		this.plan.heal();
		this.watchFaults.heal();
	}

	/**
	 * Return how many calls were made, whether they failed or not.
	 * @param operations the operations to count
	 * @return the number of calls
	 */
	public int calls(Operation... operations) {
		return Arrays.stream(operations).mapToInt(this.plan::calls).sum();
	}

	@Override
	public Guarantees guarantees() {
		Guarantees promised = this.delegate.guarantees();
		if (this.safeTtl == null) {
			return promised;
		}
		Set<Characteristic> characteristics = EnumSet.copyOf(promised.characteristics());
		characteristics.remove(Characteristic.NON_TIMEOUT_BASED);
		return new Guarantees(promised.level(), characteristics, promised.noticeBound(), promised.watch(),
				promised.tokens(), promised.maxNameBytes(), promised.maxValueBytes());
	}

	@Override
	public BackendSession open(Duration ttl) {
		return call(Operation.OPEN, null, () -> {
			FaultySession session = new FaultySession(this, this.delegate.open(ttl), this.environment, this.safeTtl);
			this.sessions.add(session);
			return session;
		});
	}

	@Override
	public Optional<Entry> get(EntryKey key) {
		return call(Operation.GET, null, () -> this.delegate.get(key));
	}

	@Override
	public List<Entry> list(Directory directory) {
		return call(Operation.LIST, null, () -> this.delegate.list(directory));
	}

	@Override
	public Optional<Entry> create(EntryKey key, byte[] value) {
		return call(Operation.CREATE, null, () -> this.delegate.create(key, value));
	}

	@Override
	public Optional<Entry> replace(Entry expected, byte[] value) {
		return call(Operation.REPLACE, null, () -> this.delegate.replace(expected, value));
	}

	@Override
	public boolean delete(Entry expected) {
		return call(Operation.DELETE, null, () -> this.delegate.delete(expected));
	}

	@Override
	public Watch watch(Directory directory, WatchListener listener) {
		return call(Operation.WATCH, null, () -> this.watchFaults.watch(this.delegate, directory, listener));
	}

	@Override
	public void close() {
		this.delegate.close();
	}

	/** Make a call of a session, or fail as a fault demands. */
	<T> T call(Operation operation, @Nullable FaultySession session, Supplier<T> call) {
		return this.plan.call(operation, session, call);
	}

	/** What the delegate granted, as this client is to see it. */
	SessionGrant grant(SessionGrant granted, @Nullable Duration safeTtl) {
		int wiped = this.wipes.get();
		return new SessionGrant(granted.ttl(), (safeTtl != null) ? safeTtl : granted.safeTtl(),
				(wiped > 0) ? granted.storeIdentity() + "-wiped-" + wiped : granted.storeIdentity());
	}

	void forget(FaultySession session) {
		this.sessions.remove(session);
	}

}
