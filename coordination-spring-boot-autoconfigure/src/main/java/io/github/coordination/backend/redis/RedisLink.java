package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Deadline;

/**
 * A connection on which any number of threads call scripts; it is made when it is first
 * needed. A call ends within the call timeout, whether or not its thread is interrupted
 * meanwhile. One that was not answered by then makes the connection suspicious, because a
 * peer can vanish without a word, so the next call gets a new one.
 */
final class RedisLink {

	private static final Admission ANY = (connection, deadline) -> {
	};

	private final RedisClients clients;

	private final Duration callTimeout;

	private final Clock clock;

	/** Told when what should be a master is a replica. */
	private final Runnable onReplica;

	private final ReentrantLock connecting = new ReentrantLock();

	private final AtomicReference<@Nullable Connection> connection = new AtomicReference<>();

	private volatile boolean unused = true;

	RedisLink(RedisClients clients, Duration callTimeout, Clock clock, Runnable onReplica) {
		this.clients = clients;
		this.callTimeout = callTimeout;
		this.clock = clock;
		this.onReplica = onReplica;
	}

	/**
	 * Run a script that returns a list.
	 * @return its answer, or the only element of a list if the answer is no list
	 */
	List<Object> run(RedisScript script, byte[][] keys, byte[]... arguments) {
		return run(ANY, script, keys, arguments);
	}

	/** Run a script that returns a list, on a connection that somebody has admitted. */
	List<Object> run(Admission admission, RedisScript script, byte[][] keys, byte[]... arguments) {
		Deadline deadline = begin();
		return run(admitted(admission, deadline), deadline, script, keys, arguments);
	}

	/** Run a script that returns a list, on this connection and no other. */
	List<Object> run(Connection used, Deadline deadline, RedisScript script, byte[][] keys, byte[]... arguments) {
		return run(used, deadline, script, ScriptOutputType.MULTI, keys, arguments);
	}

	/** Run a script that returns a number. */
	long count(RedisScript script, byte[][] keys, byte[]... arguments) {
		Deadline deadline = begin();
		return this.<Long>run(connection(deadline), deadline, script, ScriptOutputType.INTEGER, keys, arguments);
	}

	/** Run a script that returns text, on a connection that somebody has admitted. */
	byte[] text(Admission admission, RedisScript script, byte[][] keys, byte[]... arguments) {
		Deadline deadline = begin();
		return this.<byte[]>run(admitted(admission, deadline), deadline, script, ScriptOutputType.VALUE, keys,
				arguments);
	}

	/**
	 * Begin a call, or several that have to end together.
	 * @return when it has to end
	 */
	Deadline begin() {
		if (this.unused) {
			// the first connection of a process takes longer, and nobody has anything yet
			connect(deadline());
			this.unused = false;
		}
		return deadline();
	}

	/** The connection for a call, made if there is none. */
	Connection connection(Deadline deadline) {
		Connection current = this.connection.get();
		return (current != null && current.handle().isOpen()) ? current : connect(deadline);
	}

	/** Ask a server that is no cluster what it is; empty is what it does not say. */
	RedisFacts facts(Deadline deadline) {
		Connection used = connection(deadline);
		var server = (StatefulRedisConnection<byte[], byte[]>) used.handle();
		String info = await(used, deadline, server.async().info());
		return new RedisFacts(info, setting(used, deadline, server, "appendfsync"));
	}

	/** Few are allowed to ask for settings. */
	private String setting(Connection used, Deadline deadline, StatefulRedisConnection<byte[], byte[]> server,
			String name) {
		try {
			return await(used, deadline, server.async().configGet(name)).getOrDefault(name, "");
		}
		catch (CoordinationException ex) {
			return "";
		}
	}

	private Connection admitted(Admission admission, Deadline deadline) {
		Connection used = connection(deadline);
		admission.admit(used, deadline);
		return used;
	}

	private <T> T run(Connection used, Deadline deadline, RedisScript script, ScriptOutputType type, byte[][] keys,
			byte[]... arguments) {
		try {
			return await(used, deadline, used.commands().<T>evalsha(script.digest(), type, keys, arguments));
		}
		catch (RedisNoScriptException ex) {
			// it was not run: the server is new to it, or was told to forget it
			return eval(used, deadline, script, type, keys, arguments);
		}
	}

	private <T> T eval(Connection used, Deadline deadline, RedisScript script, ScriptOutputType type, byte[][] keys,
			byte[]... arguments) {
		try {
			return await(used, deadline, used.commands().<T>eval(script.text(), type, keys, arguments));
		}
		catch (RedisNoScriptException ex) {
			throw RedisFailures.of(ex);
		}
	}

	private <T> T await(Connection used, Deadline deadline, Future<T> reply) {
		try {
			return deadline.await(reply);
		}
		catch (TimeoutException ex) {
			// one that was not written yet is not written any more, unless a cluster has
			// sent it on to another node
			reply.cancel(true);
			drop(used);
			throw new IndeterminateResultException("Redis has not answered within " + this.callTimeout);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RedisNoScriptException unknown) {
				throw unknown;
			}
			if (RedisFailures.isOfReplica(ex)) {
				drop(used);
				this.onReplica.run();
			}
			else if (used.isCluster() && !RedisFailures.isAnswer(ex)) {
				// it does not say which of its nodes is gone
				drop(used);
			}
			throw RedisFailures.of(ex);
		}
	}

	private Deadline deadline() {
		return Deadline.after(this.clock, this.callTimeout);
	}

	private Connection connect(Deadline deadline) {
		if (!deadline.lock(this.connecting)) {
			throw new BackendUnavailableException("Redis cannot be reached: connecting takes too long");
		}
		try {
			Connection current = this.connection.get();
			if (current != null && !current.handle().isOpen()) {
				drop(current);
				current = null;
			}
			if (current == null) {
				current = Connection.of(this.clients.connect());
				this.connection.set(current);
			}
			if (!this.unused && deadline.hasPassed()) {
				throw new BackendUnavailableException("Redis cannot be reached: connecting took too long");
			}
			return current;
		}
		catch (RedisException ex) {
			throw RedisFailures.unreachable(ex);
		}
		finally {
			this.connecting.unlock();
		}
	}

	private void drop(Connection used) {
		this.connection.compareAndSet(used, null);
		used.handle().closeAsync();
	}

	/**
	 * Looks at a connection before a call is sent on it.
	 */
	@FunctionalInterface
	interface Admission {

		/** Throws if the call must not be sent. */
		void admit(Connection connection, Deadline deadline);

	}

	/**
	 * A connection as it is used. It is never made again behind the caller's back: what
	 * was seen on it holds for what is sent on it.
	 *
	 * @param handle to close it
	 * @param commands to call scripts
	 */
	record Connection(StatefulConnection<byte[], byte[]> handle, RedisScriptingAsyncCommands<byte[], byte[]> commands) {

		boolean isCluster() {
			return this.handle instanceof StatefulRedisClusterConnection;
		}

		static Connection of(StatefulConnection<byte[], byte[]> handle) {
			return new Connection(handle, (handle instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster)
					? cluster.async() : ((StatefulRedisConnection<byte[], byte[]>) handle).async());
		}

	}

}
