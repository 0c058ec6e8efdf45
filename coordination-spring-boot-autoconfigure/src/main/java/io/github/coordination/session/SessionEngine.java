package io.github.coordination.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.MisuseException;
import io.github.coordination.SessionLostException;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.session.Lease.Limit;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.SessionGrant;

/**
 * Keeps one session with a store alive, and a new one after it was lost.
 *
 * <ol>
 * <li>A session is opened; its belief ends a safe time, less a guard, after the request
 * was sent. It is renewed every third of its ttl.
 * <li>A renewal that fails makes it SUSPENDED: nothing new is granted, and the renewal is
 * repeated more often.
 * <li>A renewal that succeeds in time makes it CONNECTED again, after its entries were
 * compared with those that should be there.
 * <li>It is LOST when the deadline passes, which a timer notices without any network;
 * when the store says that it is over; or when the store is not the same any more.
 * Everything tracked is told before anything else happens.
 * <li>A new session is opened as soon as the store allows.
 * </ol>
 *
 * Renewals run on the environment's heart and nothing else does; the deadline is watched
 * by its timer, so that a renewal that hangs does not delay it.
 */
public final class SessionEngine implements AutoCloseable {

	private static final Logger LOGGER = System.getLogger(SessionEngine.class.getName());

	/** How many times more often a failed renewal is repeated. */
	private static final int HASTE = 4;

	private final CoordinationBackend backend;

	private final Duration ttl;

	private final Environment environment;

	private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock guard = new ReentrantLock();

	private final Condition changed = this.guard.newCondition();

	/** States to be told, in the order in which they were entered under the guard. */
	private final Queue<SessionState> news = new ConcurrentLinkedQueue<>();

	private final AtomicInteger telling = new AtomicInteger();

	private volatile SessionState state = SessionState.LOST;

	private volatile @Nullable Lease lease;

	private volatile @Nullable RuntimeException failure;

	/** When what the store last confirmed was sent, by the wall clock. */
	private volatile long confirmed;

	/** When the next beat is due on the monotonic clock; guarded. */
	private long nextBeat;

	private Runnable cancelBeat = () -> {
	};

	private SessionEngine(CoordinationBackend backend, Duration ttl, Environment environment) {
		this.backend = backend;
		this.ttl = ttl;
		this.environment = environment;
	}

	/**
	 * Open a session and keep it. Blocks until it is open.
	 * @param backend the store; stays open if this fails
	 * @param ttl the ttl to ask for
	 * @param connectTimeout how long to try
	 * @param environment time and threads
	 * @return the engine
	 * @throws ConfigurationException if the store's answer shows that the ttl cannot work
	 * @throws BackendUnavailableException if no session could be opened in time
	 */
	public static SessionEngine start(CoordinationBackend backend, Duration ttl, Duration connectTimeout,
			Environment environment) {
		SessionEngine engine = new SessionEngine(backend, ttl, environment);
		Deadline deadline = Deadline.after(environment.clock(), connectTimeout);
		while (true) {
			try {
				engine.open();
				return engine;
			}
			catch (BackendUnavailableException | IndeterminateResultException ex) {
				if (deadline.hasPassed() || Thread.currentThread().isInterrupted()) {
					throw new BackendUnavailableException("no session could be opened within " + connectTimeout, ex);
				}
				LockSupport.parkNanos(Math.min(engine.pause().toNanos(), deadline.remaining()));
			}
		}
	}

	/**
	 * Return how the session stands.
	 * @return the state, without asking anybody
	 */
	public SessionState state() {
		SessionState known = this.state;
		Lease current = this.lease;
		if (known == SessionState.CLOSED || current == null || current.isLive()) {
			return known;
		}
		// the deadline may have passed a moment before the timer says so
		return current.hasPassed() ? SessionState.LOST : SessionState.SUSPENDED;
	}

	/**
	 * Return when the store last confirmed a session.
	 * @return the time on this machine, before that was asked for
	 */
	public Instant confirmed() {
		return Instant.ofEpochMilli(this.confirmed);
	}

	/**
	 * Return the session as it is, whether or not something may be granted in it.
	 * @return the session, empty while there is none
	 */
	public Optional<Lease> current() {
		return Optional.ofNullable(this.lease);
	}

	/**
	 * Return the session if something may be granted in it now.
	 * @return the connected session
	 * @throws BackendUnavailableException if there is none at the moment
	 * @throws MisuseException if this was closed
	 */
	public Lease lease() {
		Lease current = this.lease;
		if (current != null && current.isConnected()) {
			return current;
		}
		throw unavailable();
	}

	/**
	 * Wait for a session in which something may be granted.
	 * @param deadline how long to wait
	 * @return the connected session
	 * @throws BackendUnavailableException if there is none until then
	 * @throws MisuseException if this was closed
	 * @throws InterruptedException if interrupted while waiting
	 */
	public Lease awaitLease(Deadline deadline) throws InterruptedException {
		Lease current = this.lease;
		if (current != null && current.isConnected()) {
			return current;
		}
		if (current != null) {
			// otherwise a new one would be opened when this one is to be renewed
			current.noticeEnd();
		}
		this.guard.lock();
		try {
			while (true) {
				current = this.lease;
				if (current != null && current.isConnected()) {
					return current;
				}
				long remaining = deadline.remaining();
				if (remaining == 0 || this.state == SessionState.CLOSED) {
					throw unavailable();
				}
				this.changed.awaitNanos(remaining);
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * Be told of states from now on.
	 * @param listener what to call
	 * @return a way to stop
	 */
	public Subscription addListener(SessionListener listener) {
		this.listeners.add(listener);
		return () -> this.listeners.remove(listener);
	}

	/**
	 * End the session. Everything still tracked is told that it is lost. Blocks for one
	 * call at the most.
	 */
	@Override
	public void close() {
		Lease current;
		this.guard.lock();
		try {
			if (this.state == SessionState.CLOSED) {
				return;
			}
			enter(SessionState.CLOSED);
			current = this.lease;
			this.lease = null;
			this.cancelBeat.run();
			if (current != null) {
				current.markLost();
			}
		}
		finally {
			this.guard.unlock();
		}
		if (current != null) {
			current.tellLost();
			current.close();
		}
		tellNews();
	}

	private RuntimeException unavailable() {
		if (this.state == SessionState.CLOSED) {
			return new MisuseException("the coordinator is closed");
		}
		return new BackendUnavailableException("the store cannot be reached: session is " + state(), this.failure);
	}

	private void open() {
		Limit asked = Limit.now(this.environment.clock());
		BackendSession session = this.backend.open(this.ttl);
		SessionGrant grant = session.grant();
		Lease opened = new Lease(session, this.environment.clock(), this::hasten, this::lose);
		SessionTimes times;
		try {
			times = SessionTimes.of(grant, this.ttl);
		}
		catch (ConfigurationException ex) {
			session.close();
			throw ex;
		}
		opened.extend(asked.plus(grant, times.guard()));
		this.guard.lock();
		try {
			if (this.state != SessionState.CLOSED) {
				this.lease = opened;
				this.confirmed = asked.millis();
				enter(SessionState.CONNECTED);
			}
		}
		finally {
			this.guard.unlock();
		}
		if (this.lease != opened) {
			session.close();
			return;
		}
		schedule(untilNext(asked, times));
		tellNews();
		// last: if opening took too long, it is over already
		watchDeadline(opened);
	}

	private void beat() {
		Lease current = this.lease;
		if (this.state == SessionState.CLOSED) {
			return;
		}
		try {
			if (current == null) {
				open();
			}
			else {
				renew(current);
			}
			this.failure = null;
		}
		catch (SessionLostException ex) {
			lose(current, ex);
			schedule((current != null) ? Duration.ZERO : pause());
		}
		catch (RuntimeException ex) {
			LOGGER.log(Level.DEBUG, "The session could not be renewed or opened", ex);
			this.failure = ex;
			if (current != null) {
				suspend(current);
			}
			schedule(pause(current));
		}
		catch (Error ex) {
			// such as no memory for a thread: the next beat may find some
			schedule(pause());
			throw ex;
		}
	}

	private void renew(Lease current) {
		Limit asked = Limit.now(this.environment.clock());
		SessionGrant grant = current.renew();
		if (!grant.storeIdentity().equals(current.grant().storeIdentity())) {
			throw new SessionLostException(
					"the store is not the one the session was opened in: it was emptied or replaced");
		}
		boolean sooner;
		this.guard.lock();
		try {
			// an answer that comes after the deadline comes too late, whatever it says
			if (current.isLost() || current.hasPassed()) {
				throw new SessionLostException("the store's answer came after the deadline");
			}
			sooner = current.extend(asked.plus(grant, SessionTimes.of(grant.ttl()).guard()));
			this.confirmed = asked.millis();
			this.changed.signalAll();
		}
		finally {
			this.guard.unlock();
		}
		if (sooner) {
			// less was granted: it ends before the moment that is watched
			watchDeadline(current);
		}
		SessionTimes times = SessionTimes.of(grant, this.ttl);
		if (this.state == SessionState.SUSPENDED) {
			resume(current);
		}
		boolean swept = sweep(current, Deadline.after(this.environment.clock(), times.renewEvery().dividedBy(2)));
		Duration next = untilNext(asked, times);
		Duration pause = pause();
		schedule((swept || next.compareTo(pause) < 0) ? next : pause);
	}

	/**
	 * The time to the next renewal. Belief counts from when the last one was sent, and so
	 * does this.
	 */
	private Duration untilNext(Limit asked, SessionTimes times) {
		Duration elapsed = Duration.ofNanos(this.environment.clock().nanoTime() - asked.nanos());
		Duration left = times.renewEvery().minus(elapsed);
		return left.isNegative() ? Duration.ZERO : left;
	}

	private static boolean sweep(Lease current, Deadline deadline) {
		try {
			if (current.isDoubtful()) {
				current.sweep(deadline);
			}
			return true;
		}
		catch (BackendUnavailableException | IndeterminateResultException ex) {
			LOGGER.log(Level.DEBUG, "Entries that were given up could not be swept yet", ex);
			return false;
		}
	}

	private void suspend(Lease current) {
		this.guard.lock();
		try {
			if (this.lease == current && this.state == SessionState.CONNECTED) {
				current.suspend();
				enter(SessionState.SUSPENDED);
			}
		}
		finally {
			this.guard.unlock();
		}
		tellNews();
	}

	private void resume(Lease current) {
		current.resume();
		this.guard.lock();
		try {
			if (this.lease == current && this.state == SessionState.SUSPENDED) {
				enter(SessionState.CONNECTED);
			}
		}
		finally {
			this.guard.unlock();
		}
		tellNews();
	}

	/**
	 * Tell everybody first; the store is asked to clean up only when holders had time to
	 * act.
	 */
	private void lose(@Nullable Lease current, RuntimeException reason) {
		this.guard.lock();
		try {
			if (current == null || this.lease != current || this.state == SessionState.CLOSED) {
				return;
			}
			current.markLost();
			this.lease = null;
			this.failure = reason;
			enter(SessionState.LOST);
		}
		finally {
			this.guard.unlock();
		}
		current.tellLost();
		tellNews();
		LOGGER.log(Level.WARNING, "The session was lost, with everything held in it: {0}", reason.getMessage());
		this.environment.timer()
			.schedule(SessionTimes.of(this.ttl).guard(), () -> this.environment.callbacks().execute(current::close));
		schedule(Duration.ZERO);
	}

	private void watchDeadline(Lease watched) {
		if (watched.isLost()) {
			return;
		}
		Duration left = watched.untilDeadline();
		if (left == null) {
			return;
		}
		if (left.isZero()) {
			lose(watched, new SessionLostException("the store did not confirm it in time"));
		}
		else {
			this.environment.timer().schedule(left, () -> watchDeadline(watched));
		}
	}

	private void schedule(Duration delay) {
		this.guard.lock();
		try {
			if (this.state != SessionState.CLOSED) {
				this.cancelBeat.run();
				this.nextBeat = this.environment.clock().nanoTime() + delay.toNanos();
				this.cancelBeat = this.environment.timer()
					.schedule(delay, () -> this.environment.heart().execute(this::beat));
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	/** Beat soon, to sweep; but whoever asks for it often must not put it off. */
	private void hasten() {
		Duration soon = pause();
		this.guard.lock();
		try {
			long left = this.nextBeat - this.environment.clock().nanoTime();
			// one that is due already has begun, and whatever it does it will plan the
			// next
			if (left > soon.toNanos()) {
				schedule(soon);
			}
		}
		finally {
			this.guard.unlock();
		}
	}

	/**
	 * A pause before something is tried again, with jitter, so that clients do not march
	 * in step.
	 */
	private Duration pause() {
		long longest = SessionTimes.of(this.ttl).renewEvery().toNanos() / HASTE;
		return Duration.ofNanos(this.environment.random().nextLong(longest / 2, longest + 1));
	}

	/**
	 * A pause that leaves time for another renewal before the deadline, but not one so
	 * short that the store is asked without end.
	 */
	private Duration pause(@Nullable Lease current) {
		Duration pause = pause();
		Duration left = (current != null) ? current.untilDeadline() : null;
		if (left == null || left.dividedBy(2).compareTo(pause) >= 0) {
			return pause;
		}
		Duration shortest = pause.dividedBy(HASTE);
		return (left.dividedBy(2).compareTo(shortest) > 0) ? left.dividedBy(2) : shortest;
	}

	/** Under the guard. */
	private void enter(SessionState next) {
		this.state = next;
		this.news.add(next);
		this.changed.signalAll();
	}

	/**
	 * Tell what was entered, one state after the other, whichever thread entered it.
	 */
	private void tellNews() {
		if (this.telling.getAndIncrement() > 0) {
			return;
		}
		do {
			for (SessionState next = this.news.poll(); next != null; next = this.news.poll()) {
				tell(next);
			}
		}
		while (this.telling.decrementAndGet() > 0);
	}

	private void tell(SessionState news) {
		for (SessionListener listener : this.listeners) {
			try {
				listener.onState(news);
			}
			catch (RuntimeException ex) {
				LOGGER.log(Level.ERROR, "A session listener failed", ex);
			}
		}
	}

}
