package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.CoordinationException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.MisuseException;
import io.github.coordination.SessionLostException;
import io.github.coordination.SessionState;
import io.github.coordination.Subscription;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Watch;

/**
 * Brings what is in the store and what is wanted here together, step by step: whenever a
 * watched directory changes, the session changes, somebody here wants something else, a
 * step could not reach the store, or nothing was heard for a while. Steps run one at a
 * time; state they alone use needs no lock.
 */
final class Reconciler {

	private final Context context;

	private final List<Directory> directories;

	private final Predicate<Change> relevant;

	private final BooleanSupplier step;

	private final SerialExecutor steps;

	private final List<Watch> watches = new ArrayList<>();

	private final AtomicBoolean triggered = new AtomicBoolean();

	/** Whether a step is reading, so that nobody can tell yet what it will have seen. */
	private volatile boolean stepping;

	private final Subscription session;

	private Runnable cancelRecheck = () -> {
	};

	/**
	 * Create it; nothing happens before the first {@link #trigger()}.
	 * @param relevant whether a change calls for a step
	 * @param step what to do; returns whether to go on watching
	 */
	Reconciler(Context context, List<Directory> directories, Predicate<Change> relevant, BooleanSupplier step) {
		this.context = context;
		this.directories = directories;
		this.relevant = relevant;
		this.step = step;
		this.steps = new SerialExecutor(context.environment().callbacks());
		this.session = context.engine().addListener((state) -> trigger());
	}

	/** Take a step soon. */
	void trigger() {
		if (this.triggered.compareAndSet(false, true)) {
			this.steps.execute(this::run);
		}
	}

	/** Do something between two steps, and take one after it. */
	void execute(Runnable task) {
		this.steps.execute(() -> {
			task.run();
			// not before the task: a step that waits in front of it would do for both
			trigger();
		});
	}

	/** Do something between two steps, take one after it, and wait for the something. */
	<T> T call(Supplier<T> task) throws InterruptedException {
		CompletableFuture<T> result = new CompletableFuture<>();
		execute(() -> {
			try {
				result.complete(task.get());
			}
			catch (RuntimeException ex) {
				result.completeExceptionally(ex);
			}
		});
		try {
			return await(result);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof CoordinationException failure) {
				throw failure;
			}
			throw new IllegalStateException("a coordination step failed", ex.getCause());
		}
	}

	/** Take no more steps of its own accord; the step must agree. */
	void close() {
		this.session.close();
	}

	/**
	 * Within a step: wait for listeners that are being told to stop, but not for ever.
	 */
	void awaitRevoked(CompletableFuture<Void> told) {
		try {
			told.get(this.context.options().revocationTimeout().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			System.getLogger(Reconciler.class.getName())
				.log(System.Logger.Level.WARNING, "A listener of {0} did not stop within {1}; going on without it",
						this.directories.get(0).name(), this.context.options().revocationTimeout());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A closed coordinator drops what was not begun. */
	private <T> T await(CompletableFuture<T> result) throws InterruptedException, ExecutionException {
		while (true) {
			try {
				return result.get(this.context.recheck().toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException ex) {
				if (this.context.engine().state() == SessionState.CLOSED) {
					throw new MisuseException("the coordinator is closed");
				}
			}
		}
	}

	private void run() {
		// cleared first: what comes after this line may not be seen by the step
		this.triggered.set(false);
		this.cancelRecheck.run();
		if (this.context.engine().state() == SessionState.CLOSED) {
			unwatch();
			return;
		}
		Duration again;
		this.stepping = true;
		try {
			watch();
			if (!this.step.getAsBoolean()) {
				unwatch();
				return;
			}
			again = this.context.recheck();
		}
		catch (BackendUnavailableException | IndeterminateResultException | SessionLostException ex) {
			again = this.context.pause();
		}
		catch (RuntimeException ex) {
			if (this.context.engine().state() == SessionState.CLOSED) {
				// in the middle of the step
				unwatch();
				return;
			}
			System.getLogger(Reconciler.class.getName())
				.log(System.Logger.Level.ERROR,
						"A step for " + this.directories.get(0) + " failed; it will be repeated", ex);
			again = this.context.recheck();
		}
		finally {
			this.stepping = false;
		}
		this.cancelRecheck = this.context.environment().timer().schedule(again, this::trigger);
	}

	private void watch() {
		while (this.watches.size() < this.directories.size()) {
			this.watches.add(this.context.backend().watch(this.directories.get(this.watches.size()), this::changed));
		}
	}

	private void unwatch() {
		this.watches.forEach(Watch::close);
		this.watches.clear();
	}

	private void changed(Change change) {
		if (this.stepping || this.relevant.test(change)) {
			trigger();
		}
	}

}
