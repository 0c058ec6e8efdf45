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

/**
 * A connection on which any number of threads call scripts; it is made when it is first
 * needed. A call ends within the call timeout, whether or not its thread is interrupted
 * meanwhile. One that was not answered by then makes the connection suspicious, because a
 * peer can vanish without a word, so the next call gets a new one.
 */
final class RedisLink {

	private static final Admission ANY = (line, deadline) -> {
	};

	private final RedisClients clients;

	private final Duration callTimeout;

	private final Clock clock;

	/** Told when what should be the master is none. */
	private final Runnable onMisled;

	private final ReentrantLock connecting = new ReentrantLock();

	private final AtomicReference<@Nullable Line> line = new AtomicReference<>();

	private volatile boolean unused = true;

	RedisLink(RedisClients clients, Duration callTimeout, Clock clock, Runnable onMisled) {
		this.clients = clients;
		this.callTimeout = callTimeout;
		this.clock = clock;
		this.onMisled = onMisled;
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
		long deadline = begin();
		return run(admitted(admission, deadline), deadline, script, keys, arguments);
	}

	/** Run a script that returns a list, on this connection and no other. */
	List<Object> run(Line used, long deadline, RedisScript script, byte[][] keys, byte[]... arguments) {
		return run(used, deadline, script, ScriptOutputType.MULTI, keys, arguments);
	}

	/** Run a script that returns a number. */
	long count(RedisScript script, byte[][] keys, byte[]... arguments) {
		long deadline = begin();
		return this.<Long>run(line(deadline), deadline, script, ScriptOutputType.INTEGER, keys, arguments);
	}

	/** Run a script that returns text, on a connection that somebody has admitted. */
	byte[] text(Admission admission, RedisScript script, byte[][] keys, byte[]... arguments) {
		long deadline = begin();
		return this.<byte[]>run(admitted(admission, deadline), deadline, script, ScriptOutputType.VALUE, keys,
				arguments);
	}

	/**
	 * Begin a call, or several that have to end together.
	 * @return when it has to end
	 */
	long begin() {
		if (this.unused) {
			// the first connection of a process takes longer, and nobody has anything yet
			connect(deadline());
			this.unused = false;
		}
		return deadline();
	}

	/** The connection for a call, made if there is none. */
	Line line(long deadline) {
		Line current = this.line.get();
		return (current != null && current.connection().isOpen()) ? current : connect(deadline);
	}

	/** Ask a server that is no cluster what it is; empty is what it does not say. */
	RedisFacts facts(long deadline) {
		Line used = line(deadline);
		if (!(used.connection() instanceof StatefulRedisConnection<byte[], byte[]> server)) {
			return RedisFacts.UNKNOWN;
		}
		String info = await(used, deadline, server.async().info());
		return new RedisFacts(info, setting(used, deadline, server, "appendfsync"));
	}

	/** Few are allowed to ask for settings. */
	private String setting(Line used, long deadline, StatefulRedisConnection<byte[], byte[]> server, String name) {
		try {
			return await(used, deadline, server.async().configGet(name)).getOrDefault(name, "");
		}
		catch (CoordinationException ex) {
			return "";
		}
	}

	private Line admitted(Admission admission, long deadline) {
		Line used = line(deadline);
		admission.admit(used, deadline);
		return used;
	}

	private <T> T run(Line used, long deadline, RedisScript script, ScriptOutputType type, byte[][] keys,
			byte[]... arguments) {
		try {
			return await(used, deadline, used.commands().<T>evalsha(script.digest(), type, keys, arguments));
		}
		catch (RedisNoScriptException ex) {
			// it was not run: the server is new to it, or was told to forget it
			return eval(used, deadline, script, type, keys, arguments);
		}
	}

	private <T> T eval(Line used, long deadline, RedisScript script, ScriptOutputType type, byte[][] keys,
			byte[]... arguments) {
		try {
			return await(used, deadline, used.commands().<T>eval(script.text(), type, keys, arguments));
		}
		catch (RedisNoScriptException ex) {
			throw RedisFailures.of(ex);
		}
	}

	private <T> T await(Line used, long deadline, Future<T> reply) {
		try {
			return Patience.await(reply, deadline, this.clock);
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
			if (RedisFailures.isMisled(ex)) {
				drop(used);
				this.onMisled.run();
			}
			else if (used.isCluster() && !RedisFailures.isAnswer(ex)) {
				// it does not say which of its nodes is gone
				drop(used);
			}
			throw RedisFailures.of(ex);
		}
	}

	private long deadline() {
		return this.clock.nanoTime() + this.callTimeout.toNanos();
	}

	private Line connect(long deadline) {
		Patience.lock(this.connecting, deadline, this.clock);
		try {
			Line current = this.line.get();
			if (current != null && !current.connection().isOpen()) {
				drop(current);
				current = null;
			}
			if (current == null) {
				current = Line.of(this.clients.connect());
				this.line.set(current);
			}
			if (!this.unused && deadline - this.clock.nanoTime() <= 0) {
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

	private void drop(Line used) {
		this.line.compareAndSet(used, null);
		used.connection().closeAsync();
	}

	/**
	 * Looks at a connection before a call is sent on it.
	 */
	@FunctionalInterface
	interface Admission {

		/** Throws if the call must not be sent. */
		void admit(Line line, long deadline);

	}

	/**
	 * A connection as it is used. It is never made again behind the caller's back: what
	 * was seen on it holds for what is sent on it.
	 *
	 * @param connection to close it
	 * @param commands to call scripts
	 */
	record Line(StatefulConnection<byte[], byte[]> connection, RedisScriptingAsyncCommands<byte[], byte[]> commands) {

		boolean isCluster() {
			return this.connection instanceof StatefulRedisClusterConnection;
		}

		static Line of(StatefulConnection<byte[], byte[]> connection) {
			return new Line(connection, (connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster)
					? cluster.async() : ((StatefulRedisConnection<byte[], byte[]>) connection).async());
		}

	}

}
