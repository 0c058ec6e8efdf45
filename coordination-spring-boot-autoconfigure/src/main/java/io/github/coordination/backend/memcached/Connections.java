package io.github.coordination.backend.memcached;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.MisuseException;
import io.github.coordination.backend.memcached.Connection.NotConnectedException;
import io.github.coordination.backend.memcached.Connection.Server;
import io.github.coordination.backend.memcached.Connection.Target;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Environment;

/**
 * A few connections to one server. A request takes one that is idle, or opens another;
 * when all are busy it waits for its turn.
 */
final class Connections implements AutoCloseable {

	private final Target target;

	private final Environment environment;

	private final Resolver resolver;

	private final Semaphore places;

	/** Those used last come first, so that the others are not used for long. */
	private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

	private volatile boolean closed;

	Connections(Target target, int places, Environment environment) {
		this(target, places, environment, InetAddress::getAllByName);
	}

	Connections(Target target, int places, Environment environment, Resolver.Lookup lookup) {
		this.target = target;
		this.resolver = new Resolver(lookup);
		this.environment = environment;
		this.places = new Semaphore(places);
	}

	/**
	 * Send commands that may be carried out twice, and read their replies.
	 * @throws BackendUnavailableException if they failed
	 */
	Answer ask(Request request, Deadline deadline) {
		try {
			return exchange(request, null, deadline);
		}
		catch (IndeterminateResultException ex) {
			// perhaps on a connection that the server had closed long before
			try {
				if (!deadline.hasPassed()) {
					return exchange(request, null, deadline);
				}
			}
			catch (IndeterminateResultException again) {
				// like the first
			}
			throw new BackendUnavailableException("memcached at " + this.target + " did not answer", ex.getCause());
		}
	}

	/**
	 * Send commands and read their replies.
	 * @param server the server they are meant for, {@code null} for any
	 * @return the answer, without replies if the server is another: nothing was sent then
	 * @throws BackendUnavailableException if they were not sent
	 * @throws IndeterminateResultException if they may have been carried out
	 */
	Answer exchange(Request request, @Nullable Server server, Deadline deadline) {
		if (this.closed) {
			throw new MisuseException("the backend for memcached at " + this.target + " is closed");
		}
		acquire(deadline);
		try {
			return PlatformThreads.call(() -> exchangeHere(request, server, deadline));
		}
		finally {
			this.places.release();
		}
	}

	private Answer exchangeHere(Request request, @Nullable Server server, Deadline deadline) {
		try {
			Connection connection = this.idle.pollFirst();
			if (connection == null) {
				connection = Connection.open(this.target, this.resolver, deadline, this.environment);
			}
			if (server != null && !connection.server().equals(server)) {
				keep(connection);
				return new Answer(connection.server(), List.of());
			}
			try {
				List<Reply> replies = connection.exchange(request, deadline);
				if (replies.stream().anyMatch(Reply::isError)) {
					// what follows an error may be an answer to something else
					connection.close();
					throw failed(replies);
				}
				keep(connection);
				return new Answer(connection.server(), replies);
			}
			catch (IOException ex) {
				connection.close();
				// what befell it befell the others
				drain();
				throw new IndeterminateResultException("memcached at " + this.target + " may have done it or not", ex);
			}
		}
		catch (NotConnectedException ex) {
			throw new BackendUnavailableException("memcached at " + this.target + ": " + ex.getMessage(),
					ex.getCause());
		}
	}

	@Override
	public void close() {
		this.closed = true;
		drain();
	}

	@Override
	public String toString() {
		return this.target.toString();
	}

	private void acquire(Deadline deadline) {
		if (!deadline.await((nanos) -> this.places.tryAcquire(nanos, TimeUnit.NANOSECONDS))) {
			throw new BackendUnavailableException("too many requests to memcached at " + this.target);
		}
	}

	private void keep(Connection connection) {
		this.idle.addFirst(connection);
		if (this.closed) {
			drain();
		}
	}

	private void drain() {
		for (Connection each = this.idle.pollFirst(); each != null; each = this.idle.pollFirst()) {
			each.close();
		}
	}

	private RuntimeException failed(List<Reply> replies) {
		String first = replies.get(0).line();
		// the first command is the only one that changes something
		return replies.get(0).isError()
				? new BackendUnavailableException("memcached at " + this.target + " answers " + first)
				: new IndeterminateResultException("memcached at " + this.target + " did it, but a command failed");
	}

	/**
	 * An answer.
	 *
	 * @param server who gave it
	 * @param replies one to each command
	 */
	record Answer(Server server, List<Reply> replies) {

		Reply reply(int number) {
			return this.replies.get(number);
		}

	}

}
