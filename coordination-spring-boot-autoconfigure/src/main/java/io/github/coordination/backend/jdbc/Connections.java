package io.github.coordination.backend.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Clock;

/**
 * A few connections of our own, the one used last first. A call that finds none idle has
 * one more opened, and takes whichever comes first, that one or one that is given back;
 * one that is open only later is there for the next. Calls end within the call timeout.
 * Safe for use by several threads.
 */
final class Connections implements AutoCloseable {

	/** The part of the call timeout, in percent, after which no connection helps. */
	private static final int BEGIN = 90;

	private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

	private static final int ATTEMPTS = 3;

	private final Opener opener;

	private final Executor openers;

	private final Clock clock;

	private final Duration callTimeout;

	private final int size;

	private final boolean tries;

	/** Those opened before are of no use any more. */
	private volatile long since;

	/** Open ones, and those being opened. */
	private final AtomicInteger count = new AtomicInteger();

	/**
	 * Those who found none idle. Who waits counts itself before it looks for room, and
	 * who makes room looks for it afterwards, so that one of the two sees the other.
	 */
	private final AtomicInteger waiting = new AtomicInteger();

	private final BlockingDeque<Offer> offers = new LinkedBlockingDeque<>();

	private volatile boolean closed;

	/**
	 * Create a pool.
	 * @param opener opens a connection; blocks
	 * @param openers where it does so
	 * @param size how many connections there may be
	 * @param tries whether one that was idle for long is tried first, and replaced if it
	 * does not work
	 */
	Connections(Opener opener, Executor openers, Clock clock, Duration callTimeout, int size, boolean tries) {
		this.opener = opener;
		this.openers = openers;
		this.clock = clock;
		this.callTimeout = callTimeout;
		this.size = size;
		this.tries = tries;
		this.since = clock.nanoTime();
	}

	/**
	 * Read.
	 * @throws BackendUnavailableException if it could not be read
	 */
	<T> T read(Call<T> call) {
		return run(call, false);
	}

	/**
	 * Write. Repeated only if the database says that it rolled the statement back, to end
	 * a deadlock or a conflict.
	 * @throws BackendUnavailableException if it certainly had no effect
	 * @throws IndeterminateResultException if it may have had one
	 */
	<T> T write(Call<T> call) {
		return run(call, true);
	}

	/** Use none of those open now for another call. */
	void reconnect() {
		this.since = this.clock.nanoTime();
	}

	@Override
	public void close() {
		this.closed = true;
		for (Offer offer = this.offers.poll(); offer != null; offer = this.offers.poll()) {
			if (offer.link != null) {
				offer.link.close();
			}
		}
		// wakes one who waits for a connection, and that one the next
		this.offers.addLast(new Offer(null, null, this.clock.nanoTime()));
	}

	private <T> T run(Call<T> call, boolean write) {
		long start = this.clock.nanoTime();
		Link link = take(start);
		link.begin(start + this.callTimeout.toNanos());
		boolean keep = false;
		try {
			T result = repeat(link, call, write);
			if (link.opened() - this.since < 0) {
				throw left(write);
			}
			keep = true;
			return result;
		}
		catch (SQLException ex) {
			boolean refused = link.dialect().refused(ex);
			keep = refused && !link.dialect().isDemoted(ex);
			throw failure(ex, write && (!refused || link.hasWritten()));
		}
		catch (CoordinationException ex) {
			// said of what the database has answered
			keep = link.opened() - this.since >= 0;
			throw ex;
		}
		finally {
			give(link, keep);
		}
	}

	private static <T> T repeat(Link link, Call<T> call, boolean write) throws SQLException {
		for (int attempt = 1;; attempt++) {
			try {
				return call.run(link);
			}
			catch (SQLException ex) {
				if (!link.dialect().isTransient(ex) || attempt == ATTEMPTS || (write && link.hasWritten())) {
					throw ex;
				}
			}
		}
	}

	/**
	 * Take a connection. An interrupt is noticed by whoever waits next: this wait is
	 * short, and a thread that is interrupted has things to give back.
	 */
	private Link take(long start) {
		boolean interrupted = false;
		try {
			while (!this.closed) {
				Offer offer = this.offers.pollFirst();
				if (offer == null) {
					this.waiting.incrementAndGet();
					try {
						openOneMore();
						offer = this.offers.pollFirst(remaining(start), TimeUnit.NANOSECONDS);
					}
					catch (InterruptedException ex) {
						interrupted = true;
						continue;
					}
					finally {
						this.waiting.decrementAndGet();
					}
				}
				Link link = (offer != null) ? usable(offer, start) : null;
				if (link != null) {
					return link;
				}
				if (remaining(start) <= 0) {
					// it may have taken what would have woken another
					wakeOne();
					throw new BackendUnavailableException("no connection to the database in time");
				}
			}
			throw new BackendUnavailableException("the store's client is closed");
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private @Nullable Link usable(Offer offer, long start) {
		Link link = offer.link;
		if (this.closed) {
			if (link != null) {
				link.close();
			}
			close();
			return null;
		}
		if (link == null) {
			// a failure from before this call says nothing of now
			if (offer.failure == null || offer.instant - start < 0) {
				return null;
			}
			throw noConnection(offer.failure);
		}
		// one that was idle for long may have been closed by the server
		if (link.opened() - this.since >= 0 && (!this.tries || start - offer.instant < FRESH
				|| link.works(this.callTimeout.minusNanos(this.clock.nanoTime() - start)))) {
			return link;
		}
		discard(link);
		return null;
	}

	private void openOneMore() {
		if (this.count.incrementAndGet() > this.size) {
			this.count.decrementAndGet();
			return;
		}
		try {
			this.openers.execute(() -> {
				try {
					offer(this.opener.open());
				}
				catch (SQLException | RuntimeException | Error ex) {
					this.count.decrementAndGet();
					this.offers.addLast(new Offer(null, ex, this.clock.nanoTime()));
					wakeOne();
				}
			});
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			this.count.decrementAndGet();
			throw new BackendUnavailableException("there is no thread to open a connection", ex);
		}
	}

	private void give(Link link, boolean keep) {
		if (keep) {
			offer(link);
		}
		else {
			discard(link);
		}
	}

	private void offer(Link link) {
		this.offers.addFirst(new Offer(link, null, this.clock.nanoTime()));
		if (this.closed) {
			close();
		}
	}

	private void discard(Link link) {
		this.count.decrementAndGet();
		// before it is closed, which may take long
		wakeOne();
		link.discard();
	}

	/** Let one who found no room for another connection look again. */
	private void wakeOne() {
		if (this.waiting.get() > 0) {
			this.offers.addLast(new Offer(null, null, this.clock.nanoTime()));
		}
	}

	private long remaining(long start) {
		return this.callTimeout.toNanos() / 100 * BEGIN - (this.clock.nanoTime() - start);
	}

	/** What a server answered that is not the one to ask any more. */
	private static CoordinationException left(boolean write) {
		return write ? new IndeterminateResultException("the database that did it may not be the one that counts")
				: new BackendUnavailableException("another database counts now");
	}

	private static CoordinationException noConnection(Throwable failure) {
		if (failure instanceof ConfigurationException configuration) {
			return configuration;
		}
		if (failure instanceof SQLException sql && String.valueOf(sql.getSQLState()).startsWith("28")) {
			return new ConfigurationException(BackendUrl.SETTING,
					"the database does not accept that user or password: " + describe(sql) + ".",
					"Correct them, or what the database lets this user do from this host.");
		}
		return new BackendUnavailableException("no connection to the database: " + describe(failure));
	}

	/** Without the driver's words, which may hold the url with its password. */
	static CoordinationException failure(SQLException failure, boolean unknown) {
		return unknown ? new IndeterminateResultException("the database's answer did not come: " + describe(failure))
				: new BackendUnavailableException("the database did not do it: " + describe(failure));
	}

	/** What can be told of a failure without telling a secret. */
	static String describe(@Nullable Throwable failure) {
		if (failure == null) {
			return "no reason is known";
		}
		String told = failure.getClass().getSimpleName();
		if (failure instanceof SQLException sql) {
			told += " (SQLState " + sql.getSQLState() + ", code " + sql.getErrorCode() + ")";
		}
		return (failure.getCause() != null) ? told + " because of " + describe(failure.getCause()) : told;
	}

	/**
	 * A connection that nobody uses, why one could not be opened, or neither: a reason to
	 * look again.
	 *
	 * @param link the connection
	 * @param failure why there is none
	 * @param instant since when
	 */
	private record Offer(@Nullable Link link, @Nullable Throwable failure, long instant) {
	}

	/**
	 * Opens a connection.
	 */
	@FunctionalInterface
	interface Opener {

		Link open() throws SQLException;

	}

	/**
	 * What is done with a connection: one statement, or several of which each is complete
	 * by itself.
	 */
	@FunctionalInterface
	interface Call<T> {

		T run(Link link) throws SQLException;

	}

}
