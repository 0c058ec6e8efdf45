package io.github.coordination.backend.zookeeper;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.backend.zookeeper.Connection.Reply;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Deadline;

/**
 * One call from its beginning to its end: how long it may take, and which failure means
 * what. Waits are not cut short by an interrupt, which is kept: they are short, and an
 * outcome that is known is worth more.
 */
final class Call {

	private final Deadline deadline;

	/** Whether the call belongs to the connection's session. */
	private final boolean bound;

	/** The connection was lost, or is over, while something was read. */
	private boolean broken;

	/** What everything that is read must come after. */
	private @Nullable CompletableFuture<Reply<Void>> sync;

	Call(Clock clock, long nanos, boolean bound) {
		this.deadline = Deadline.after(clock, Duration.ofNanos(nanos));
		this.bound = bound;
	}

	/** Return how many nanoseconds are left, zero if none. */
	long left() {
		return this.deadline.remaining();
	}

	/**
	 * Wait for a connection, so that nothing is sent that the session's end would leave
	 * in doubt.
	 * @throws SessionLostException if the call belongs to the session and that is over
	 * @throws BackendUnavailableException if there is no connection in time
	 */
	void begin(Connection connection) {
		boolean settled = this.deadline.await(connection::awaitConnected);
		if (!settled || connection.isRefused()) {
			throw new BackendUnavailableException(connection.isRefused() ? "ZooKeeper refused the authentication"
					: "there is no connection to " + connection);
		}
		if (connection.isOver()) {
			throw over();
		}
	}

	/**
	 * Let what is read from now on count only if this has succeeded. It was sent before
	 * and is answered before, so that it costs no wait.
	 */
	void after(CompletableFuture<Reply<Void>> sync) {
		this.sync = sync;
	}

	/**
	 * Wait for the answer to something that changes nothing, or nothing that matters.
	 * @throws BackendUnavailableException if there is none
	 */
	<R extends Reply<?>> R read(CompletableFuture<R> future) {
		CompletableFuture<Reply<Void>> before = this.sync;
		if (before != null) {
			this.sync = null;
			Reply<Void> synced = read(before);
			if (!synced.isOk()) {
				throw new BackendUnavailableException("ZooKeeper could not sync: " + synced.code());
			}
		}
		R reply = await(future);
		if (reply == null) {
			throw new BackendUnavailableException("ZooKeeper did not answer in time");
		}
		switch (reply.code()) {
			case SESSIONEXPIRED -> throw over();
			case CONNECTIONLOSS, SESSIONMOVED -> {
				this.broken = true;
				throw new BackendUnavailableException("the connection to ZooKeeper was lost");
			}
			default -> {
				return reply;
			}
		}
	}

	/**
	 * Wait for the answer to a change.
	 * @throws IndeterminateResultException if there is none
	 */
	<R extends Reply<?>> R write(CompletableFuture<R> future) {
		R reply = await(future);
		if (reply == null) {
			throw new IndeterminateResultException("ZooKeeper did not answer in time");
		}
		switch (reply.code()) {
			case SESSIONEXPIRED -> {
				if (this.bound) {
					throw over();
				}
				throw new IndeterminateResultException("the session with ZooKeeper ended before it answered");
			}
			case CONNECTIONLOSS, SESSIONMOVED ->
				throw new IndeterminateResultException("the connection to ZooKeeper was lost before it answered");
			default -> {
				return reply;
			}
		}
	}

	/**
	 * Repeat what can be repeated as long as connections are lost and there is time.
	 */
	<T> T repeat(Supplier<T> action) {
		while (true) {
			this.broken = false;
			this.sync = null;
			try {
				return action.get();
			}
			catch (BackendUnavailableException ex) {
				if (!this.broken || left() <= 0) {
					throw ex;
				}
			}
		}
	}

	/** Return what to throw for an answer that has no meaning of its own. */
	CoordinationException refused(Code code, String path) {
		return switch (code) {
			case NOAUTH -> new BackendUnavailableException("ZooKeeper refused it: no permission at " + path);
			case AUTHFAILED -> new BackendUnavailableException("ZooKeeper refused the authentication");
			case INVALIDACL -> new BackendUnavailableException(
					"ZooKeeper refused the access list at " + path + ": the client is not authenticated");
			case UNIMPLEMENTED -> new BackendUnavailableException("this ZooKeeper is too old: use 3.6 or newer");
			case NONODE, NODEEXISTS, NOTEMPTY, BADVERSION, BADARGUMENTS, NOCHILDRENFOREPHEMERALS, QUOTAEXCEEDED,
					THROTTLEDOP, NOTREADONLY ->
				new BackendUnavailableException("ZooKeeper refused it at " + path + ": " + code);
			default -> new IndeterminateResultException("ZooKeeper failed at " + path + ": " + code);
		};
	}

	private CoordinationException over() {
		// another connection may serve what belongs to none
		this.broken = !this.bound;
		return this.bound ? new SessionLostException("the session with ZooKeeper is over")
				: new BackendUnavailableException("the session with ZooKeeper is over");
	}

	private <R> @Nullable R await(CompletableFuture<R> future) {
		try {
			return this.deadline.await(future);
		}
		catch (TimeoutException ex) {
			return null;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("an answer of ZooKeeper could not be read", ex);
		}
	}

}
