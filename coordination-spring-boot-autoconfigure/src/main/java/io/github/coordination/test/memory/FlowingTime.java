package io.github.coordination.test.memory;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Clock;
import io.github.coordination.test.SimulatedTime;

/**
 * Time that goes on with the machine's, so that nobody who waits waits for ever, and can
 * be set forward. A machine that stands still, as it does in a debugger, lets no time
 * pass.
 */
final class FlowingTime {

	private static final Logger LOGGER = System.getLogger(FlowingTime.class.getName());

	private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

	/** So much goes by in one tick at the most, however late it comes. */
	private static final long LONGEST_TICK = TimeUnit.MILLISECONDS.toNanos(100);

	private static final int BUSY = 1_000_000;

	private final SimulatedTime time = new SimulatedTime();

	private final Activity activity;

	/** Held by whoever moves the time. */
	private final ReentrantLock moving = new ReentrantLock();

	private volatile @Nullable Thread ticker;

	FlowingTime(Activity activity) {
		this.activity = activity;
		this.time.stepWallClock(Duration.ofMillis(Clock.SYSTEM.currentTimeMillis() - this.time.currentTimeMillis()));
	}

	SimulatedTime time() {
		return this.time;
	}

	/** Go on with the machine's time. */
	void start() {
		this.moving.lock();
		try {
			if (this.ticker == null) {
				Thread thread = new Thread(this::flow, "coordination-test-clock");
				thread.setDaemon(true);
				this.ticker = thread;
				thread.start();
			}
		}
		finally {
			this.moving.unlock();
		}
	}

	/** Stand still. */
	void stop() {
		this.moving.lock();
		try {
			Thread thread = this.ticker;
			this.ticker = null;
			LockSupport.unpark(thread);
		}
		finally {
			this.moving.unlock();
		}
	}

	/** Let time go by; whatever a moment brings is done before the next moment comes. */
	void advance(Duration duration) {
		if (duration.isNegative()) {
			throw new IllegalArgumentException("cannot advance by " + duration + ": time does not go back");
		}
		advance(duration, () -> false);
	}

	/**
	 * Let time go by until something is so.
	 * @param limit how far to go at the most
	 * @return whether it is so
	 */
	boolean advanceUntil(BooleanSupplier reached, Duration limit) {
		advance(limit, reached);
		return reached.getAsBoolean();
	}

	/** Wait until everything was done that is due, and what comes of it. */
	void settle() {
		advance(Duration.ZERO);
	}

	private void advance(Duration duration, BooleanSupplier reached) {
		this.moving.lock();
		try {
			finishMoment();
			Duration left = duration;
			while (!reached.getAsBoolean() && !left.isZero()) {
				Duration step = this.time.untilNextTask().orElse(left);
				step = (step.compareTo(left) < 0) ? step : left;
				this.time.advance(step);
				finishMoment();
				left = left.minus(step);
			}
		}
		finally {
			this.moving.unlock();
		}
	}

	private void finishMoment() {
		for (int i = 0; i < BUSY; i++) {
			this.time.advance(Duration.ZERO);
			this.activity.awaitQuiet();
			if (this.time.untilNextTask().filter(Duration::isZero).isEmpty()) {
				return;
			}
		}
		throw new IllegalStateException("not quiet after " + BUSY + " tasks: something schedules tasks without end");
	}

	private void flow() {
		long last = System.nanoTime();
		while (Thread.currentThread() == this.ticker) {
			LockSupport.parkNanos(TICK);
			long now = System.nanoTime();
			// otherwise somebody else moves the time
			if (this.moving.tryLock()) {
				try {
					// it may have been stopped meanwhile
					if (Thread.currentThread() == this.ticker) {
						this.time.advance(Duration.ofNanos(Math.min(now - last, LONGEST_TICK)));
					}
				}
				catch (RuntimeException ex) {
					LOGGER.log(Level.ERROR, "A timer of a test failed", ex);
				}
				finally {
					this.moving.unlock();
				}
			}
			last = now;
		}
	}

}
