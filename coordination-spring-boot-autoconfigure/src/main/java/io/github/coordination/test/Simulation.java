package io.github.coordination.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Environment;

/**
 * Runs any number of processes in one thread under a settable clock. What they hand to
 * their executors waits until the simulation is told to run, then runs in the calling
 * thread: in the order in which it was handed over, or in an order drawn from a seed,
 * which is the same for the same seed. A task that fails ends the run; those behind it
 * keep waiting.
 */
public final class Simulation {

	private static final int BUSY = 1_000_000;

	private final SimulatedTime time = new SimulatedTime();

	private final ReentrantLock guard = new ReentrantLock();

	/** In the order in which they were handed over. */
	private final List<Task> waiting = new ArrayList<>();

	private final Random random;

	private final boolean shuffled;

	private Simulation(long seed, boolean shuffled) {
		this.random = new Random(seed);
		this.shuffled = shuffled;
	}

	/**
	 * Return a simulation that runs tasks in the order in which they were handed over.
	 * @return the simulation
	 */
	public static Simulation inOrder() {
		return new Simulation(0, false);
	}

	/**
	 * Return a simulation that runs tasks in an order drawn from a seed. Renewals of one
	 * process stay in order.
	 * @param seed the seed
	 * @return the simulation
	 */
	public static Simulation shuffled(long seed) {
		return new Simulation(seed, true);
	}

	/**
	 * Return the time of all processes. Advancing it directly runs timers but not what
	 * they hand to executors; see {@link #advance}.
	 * @return the time
	 */
	public SimulatedTime time() {
		return this.time;
	}

	/**
	 * Return the source of chance, for what a test draws itself.
	 * @return the generator, drawn from the seed
	 */
	public RandomGenerator random() {
		return this.random;
	}

	/**
	 * Return the environment of one more process.
	 * @return a new environment
	 */
	public Environment newEnvironment() {
		Executor callbacks = (task) -> add(new Task(null, task));
		Executor heart = new Executor() {

			@Override
			public void execute(Runnable task) {
				add(new Task(this, task));
			}

		};
		return new Environment(this.time, this.time, heart, callbacks, new Random(this.random.nextLong()));
	}

	/**
	 * Run what waits, what is due, and what comes of it. The clock stands still.
	 * @throws IllegalStateException if it never ends
	 */
	public void runUntilIdle() {
		for (int i = 0; i < BUSY; i++) {
			Task task = next();
			if (task != null) {
				task.action().run();
			}
			else if (this.time.untilNextTask().filter(Duration::isZero).isPresent()) {
				this.time.advance(Duration.ZERO);
			}
			else {
				return;
			}
		}
		throw new IllegalStateException("not idle after " + BUSY + " tasks: something hands over tasks without end");
	}

	/**
	 * Let time go by. Whatever a moment brings is run before the next moment comes.
	 * @param duration how far to go
	 */
	public void advance(Duration duration) {
		runUntilIdle();
		Duration left = duration;
		Duration next = untilNextTask(left);
		while (next.compareTo(left) < 0) {
			this.time.advance(next);
			runUntilIdle();
			left = left.minus(next);
			next = untilNextTask(left);
		}
		this.time.advance(left);
		runUntilIdle();
	}

	private Duration untilNextTask(Duration otherwise) {
		return this.time.untilNextTask().orElse(otherwise);
	}

	private void add(Task task) {
		this.guard.lock();
		try {
			this.waiting.add(task);
		}
		finally {
			this.guard.unlock();
		}
	}

	private @Nullable Task next() {
		this.guard.lock();
		try {
			if (this.waiting.isEmpty()) {
				return null;
			}
			Task chosen = this.waiting.get(this.shuffled ? this.random.nextInt(this.waiting.size()) : 0);
			if (chosen.heart() != null) {
				chosen = firstOf(chosen.heart());
			}
			this.waiting.remove(chosen);
			return chosen;
		}
		finally {
			this.guard.unlock();
		}
	}

	private Task firstOf(Executor heart) {
		return this.waiting.stream().filter((task) -> task.heart() == heart).findFirst().orElseThrow();
	}

	/**
	 * Something to run.
	 *
	 * @param heart the executor whose tasks run in order, {@code null} if any order will
	 * do
	 * @param action what to run
	 */
	private record Task(@Nullable Executor heart, Runnable action) {
	}

}
