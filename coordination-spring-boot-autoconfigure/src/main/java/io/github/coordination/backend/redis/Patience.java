package io.github.coordination.backend.redis;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import io.lettuce.core.RedisException;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.spi.Clock;

/**
 * Waits that an interrupt does not end, since they are short anyway, and a thread that is
 * interrupted must be able to give back what it has. It stays interrupted.
 */
final class Patience {

	private Patience() {
	}

	/** Wait for an answer until a deadline of the clock. */
	static <T> T await(Future<T> answer, long deadline, Clock clock) throws ExecutionException, TimeoutException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return answer.get(Math.max(deadline - clock.nanoTime(), 0), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Wait until a deadline for others who are making a connection. */
	static void lock(Lock connecting, long deadline, Clock clock) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					if (connecting.tryLock(Math.max(deadline - clock.nanoTime(), 0), TimeUnit.NANOSECONDS)) {
						return;
					}
					throw new BackendUnavailableException("Redis cannot be reached: connecting takes too long");
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Make a connection, again if an interrupt stopped that. */
	static <T> T connect(Supplier<T> connector) {
		boolean interrupted = Thread.interrupted();
		try {
			while (true) {
				try {
					return connector.get();
				}
				catch (RedisException ex) {
					if (!Thread.interrupted()) {
						throw ex;
					}
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
