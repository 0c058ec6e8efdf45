package io.github.coordination.test;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.Watch;

/**
 * The faults of a {@link FaultyBackend}, and the calls that are under way because of
 * them.
 */
final class FaultPlan {

	private final Map<Operation, AtomicInteger> calls = new ConcurrentHashMap<>();

	private final List<Fault.Armed> faults = new CopyOnWriteArrayList<>();

	private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();

	private final ReentrantLock guard = new ReentrantLock();

	/** Holds the calls that hang; guarded, because each must be opened by somebody. */
	private CountDownLatch gate = new CountDownLatch(1);

	private final AtomicInteger hanging = new AtomicInteger();

	void add(Fault.Armed fault) {
		this.faults.add(fault);
	}

	void heal() {
		this.faults.clear();
		release();
	}

	void release() {
		this.guard.lock();
		try {
			this.gate.countDown();
			this.gate = new CountDownLatch(1);
		}
		finally {
			this.guard.unlock();
		}
	}

	int hanging() {
		return this.hanging.get();
	}

	int calls(Operation operation) {
		return counter(operation).get();
	}

	void deliverLate() {
		for (Runnable call = this.late.poll(); call != null; call = this.late.poll()) {
			try {
				call.run();
			}
			catch (CoordinationException ex) {
				// the sender was told long ago that it would not hear of it
			}
		}
	}

	<T> T call(Operation operation, @Nullable FaultySession session, Supplier<T> call) {
		counter(operation).incrementAndGet();
		switch (fault(operation, session != null)) {
			case UNAVAILABLE -> throw new BackendUnavailableException("the store cannot be reached for " + operation);
			case DELIVERED_LATE -> {
				this.late.add(() -> makeUnheard(call));
				throw new IndeterminateResultException("the request " + operation + " is held up");
			}
			case REPLY_LOST -> {
				makeUnheard(call);
				throw new IndeterminateResultException("the reply to " + operation + " is lost");
			}
			case SESSION_DIES -> {
				end(session);
				throw new SessionLostException("the session ended at " + operation);
			}
			case SESSION_DIES_AFTERWARDS -> {
				T result = call.get();
				end(session);
				return result;
			}
			case HANGS -> hang(operation);
			case NONE -> {
			}
		}
		return call.get();
	}

	private Fault.Kind fault(Operation operation, boolean ofSession) {
		for (Fault.Armed fault : this.faults) {
			if (fault.strikes(operation, ofSession)) {
				return fault.kind();
			}
		}
		return Fault.Kind.NONE;
	}

	private void hang(Operation operation) {
		CountDownLatch opened = gate();
		this.hanging.incrementAndGet();
		try {
			opened.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IndeterminateResultException("interrupted while " + operation + " was hanging", ex);
		}
		finally {
			this.hanging.decrementAndGet();
		}
	}

	private CountDownLatch gate() {
		this.guard.lock();
		try {
			return this.gate;
		}
		finally {
			this.guard.unlock();
		}
	}

	/** A client does not listen to a watch that was not confirmed. */
	private static <T> void makeUnheard(Supplier<T> call) {
		T unheard = call.get();
		if (unheard instanceof Watch watch) {
			watch.close();
		}
	}

	private AtomicInteger counter(Operation operation) {
		return this.calls.computeIfAbsent(operation, (key) -> new AtomicInteger());
	}

	private static void end(@Nullable FaultySession session) {
		if (session != null) {
			session.end();
		}
	}

}
