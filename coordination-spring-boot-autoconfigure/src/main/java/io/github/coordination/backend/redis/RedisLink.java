package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
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

	private final RedisClients clients;

	private final Duration callTimeout;

	private final Clock clock;

	private final ReentrantLock connecting = new ReentrantLock();

	private volatile @Nullable Line line;

	private volatile boolean unused = true;

	RedisLink(RedisClients clients, Duration callTimeout, Clock clock) {
		this.clients = clients;
		this.callTimeout = callTimeout;
		this.clock = clock;
	}

	/**
	 * Run a script that returns a list.
	 * @return its answer, or the only element of a list if the answer is no list
	 */
	List<Object> run(RedisScript script, byte[][] keys, byte[]... arguments) {
		return run(script, ScriptOutputType.MULTI, keys, arguments);
	}

	/** Run a script that returns a number. */
	long count(RedisScript script, byte[][] keys, byte[]... arguments) {
		return this.<Long>run(script, ScriptOutputType.INTEGER, keys, arguments);
	}

	/** Run a script that returns text. */
	byte[] text(RedisScript script, byte[][] keys, byte[]... arguments) {
		return this.<byte[]>run(script, ScriptOutputType.VALUE, keys, arguments);
	}

	/** Ask a server that is no cluster what it is; empty is what it does not say. */
	RedisFacts facts() {
		long deadline = deadline();
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

	private <T> T run(RedisScript script, ScriptOutputType type, byte[][] keys, byte[]... arguments) {
		if (this.unused) {
			// the first connection of a process takes longer, and nobody has anything yet
			connect(deadline());
			this.unused = false;
		}
		long deadline = deadline();
		Line used = line(deadline);
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
			// if it was not written yet it never will be
			reply.cancel(true);
			drop(used);
			throw new IndeterminateResultException("Redis has not answered within " + this.callTimeout);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RedisNoScriptException unknown) {
				throw unknown;
			}
			throw RedisFailures.of(ex);
		}
	}

	private long deadline() {
		return this.clock.nanoTime() + this.callTimeout.toNanos();
	}

	private Line line(long deadline) {
		Line current = this.line;
		return (current != null) ? current : connect(deadline);
	}

	private Line connect(long deadline) {
		Patience.lock(this.connecting, deadline, this.clock);
		try {
			Line current = this.line;
			if (current == null) {
				current = Line.of(this.clients.connect());
				this.line = current;
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
		this.connecting.lock();
		try {
			if (this.line == used) {
				this.line = null;
			}
		}
		finally {
			this.connecting.unlock();
		}
		used.connection().closeAsync();
	}

	/**
	 * A connection as it is used.
	 *
	 * @param connection to close it
	 * @param commands to call scripts
	 */
	private record Line(StatefulConnection<byte[], byte[]> connection,
			RedisScriptingAsyncCommands<byte[], byte[]> commands) {

		static Line of(StatefulConnection<byte[], byte[]> connection) {
			return new Line(connection, (connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster)
					? cluster.async() : ((StatefulRedisConnection<byte[], byte[]>) connection).async());
		}

	}

}
