package io.github.coordination.recipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.github.coordination.Acquirable;
import io.github.coordination.LockHandle;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Deadline;

/**
 * Several locks as one: taken in the order of their names, which is the same everywhere
 * and so cannot deadlock, and all given back if one cannot be had.
 */
final class Several implements Acquirable {

	private final List<? extends Acquirable> locks;

	private final Clock clock;

	Several(Collection<? extends Acquirable> locks, Clock clock) {
		if (locks.isEmpty()) {
			throw new IllegalArgumentException("no lock is named: name at least one");
		}
		if (locks.stream().map(Acquirable::name).distinct().count() < locks.size()) {
			throw new IllegalArgumentException(
					"a name is there twice, and its second lock would wait for its first: " + "name each once");
		}
		this.locks = locks.stream().sorted(Comparator.comparing(Acquirable::name)).toList();
		this.clock = clock;
	}

	@Override
	public String name() {
		return String.join(", ", this.locks.stream().map(Acquirable::name).toList());
	}

	@Override
	public LockHandle acquire() throws InterruptedException {
		return take((lock) -> Optional.of(lock.acquire())).orElseThrow();
	}

	@Override
	public Optional<LockHandle> tryAcquire(Duration waitTime) throws InterruptedException {
		Deadline deadline = Deadline.after(this.clock, waitTime);
		return take((lock) -> lock.tryAcquire(Duration.ofNanos(deadline.remaining())));
	}

	@Override
	public Optional<LockHandle> tryAcquire() {
		return take(Acquirable::tryAcquire);
	}

	private <E extends Exception> Optional<LockHandle> take(Step<E> step) throws E {
		while (true) {
			Optional<LockHandle> handle = takeInOrder(step);
			if (handle.isEmpty() || handle.get().isHeld()) {
				return handle;
			}
			// the first may have been lost while the last was waited for
			handle.get().release();
		}
	}

	private <E extends Exception> Optional<LockHandle> takeInOrder(Step<E> step) throws E {
		List<LockHandle> taken = new ArrayList<>();
		boolean complete = false;
		try {
			for (Acquirable lock : this.locks) {
				Optional<LockHandle> handle = step.take(lock);
				if (handle.isEmpty()) {
					return Optional.empty();
				}
				taken.add(handle.get());
			}
			complete = true;
			return Optional.of(LockHandle.of(taken));
		}
		finally {
			if (!complete) {
				taken.forEach(LockHandle::release);
			}
		}
	}

	/**
	 * How one of the locks is taken.
	 *
	 * @param <E> what it may throw
	 */
	@FunctionalInterface
	private interface Step<E extends Exception> {

		Optional<LockHandle> take(Acquirable lock) throws E;

	}

}
