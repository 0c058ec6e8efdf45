package io.github.coordination.recipe;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.coordination.Barrier;
import io.github.coordination.BackendUnavailableException;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Deadline;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;

/**
 * A barrier is a persistent generation number and a queue of arrivals, each with the
 * generation in its tag.
 *
 * <ol>
 * <li>A party reads generation g and queues for it.
 * <li>Whoever sees as many arrivals for g as there are parties replaces g by g + 1,
 * together with the creation revision of the last arrival that counts.
 * <li>When the generation has moved on, the arrivals up to that revision pass, and later
 * ones go back to step 1.
 * <li>Whatever ends the wait removes the arrival.
 * </ol>
 *
 * Revisions of a queue show up in order, so nobody can come in below the last that
 * counts.
 */
final class GenerationBarrier implements Barrier {

	/**
	 * How many generations' last revisions are kept, for a party that queued in one and
	 * was slow to look: more than can pass before it does, unless strangers use the
	 * barrier too.
	 */
	private static final int HISTORY = 16;

	private static final byte[] NOTHING = new byte[0];

	private final Context context;

	private final EntryKey generation;

	private final Directory arrivals;

	private final int parties;

	GenerationBarrier(Context context, String name, int parties) {
		this.context = context;
		this.generation = context.directory("barrier", name).entry("generation");
		this.arrivals = context.directory("arrival", name);
		this.parties = parties;
	}

	@Override
	public String name() {
		return this.generation.directory().name();
	}

	@Override
	public int parties() {
		return this.parties;
	}

	@Override
	public boolean await(Duration waitTime) throws InterruptedException {
		Deadline deadline = Deadline.after(this.context.environment().clock(), waitTime);
		while (true) {
			try {
				Boolean passed = arrive(deadline);
				if (passed != null) {
					return passed;
				}
			}
			catch (SessionLostException ex) {
				// the arrival went with its session: arrive again under the next
				if (deadline.hasPassed()) {
					return false;
				}
			}
		}
	}

	/**
	 * Wait for one generation.
	 * @return whether it passed, {@code null} to try the next
	 */
	private @Nullable Boolean arrive(Deadline deadline) throws InterruptedException {
		long current = read().current();
		Place place = new Place(this.context.engine().awaitLease(deadline), this.arrivals);
		try (Signal signal = new Signal(this.context, this.generation.directory(), this.arrivals)) {
			place.lease().track(place.key(), place);
			while (true) {
				RuntimeException failure = null;
				try {
					Outcome outcome = look(place, current);
					if (outcome != Outcome.WAITING) {
						return (outcome == Outcome.PASSED) ? true : null;
					}
				}
				catch (BackendUnavailableException | IndeterminateResultException ex) {
					// the place is kept: it may count already
					failure = ex;
				}
				if (deadline.hasPassed()) {
					if (failure != null) {
						throw failure;
					}
					place.giveUp();
					// others may have counted it in the last instant
					return read().counted(current, place);
				}
				signal.await(deadline, failure != null);
			}
		}
		finally {
			place.giveUp();
		}
	}

	/** Take steps 2 and 3 once. */
	private Outcome look(Place place, long current) {
		String tag = Long.toString(current, Character.MAX_RADIX);
		if (place.entry() == null) {
			place.enqueue(new Turn(tag, Integer.MAX_VALUE), NOTHING, Integer.MAX_VALUE);
		}
		long mine = Objects.requireNonNull(place.entry(), "queued above").createRevision();
		Generations now = read();
		if (now.current() == current) {
			List<Entry> arrived = this.context.backend()
				.list(this.arrivals)
				.stream()
				.filter((entry) -> entry.tag().equals(tag))
				.toList();
			if (arrived.size() < this.parties) {
				return (place.state() == Place.State.LOST) ? Outcome.MISSED : Outcome.WAITING;
			}
			now.next(this.context.backend(), arrived.get(this.parties - 1).createRevision());
			now = read();
		}
		return now.counted(current, mine) ? Outcome.PASSED : Outcome.MISSED;
	}

	private Generations read() {
		Optional<Entry> entry = this.context.openBackend().get(this.generation);
		if (entry.isEmpty()) {
			this.context.openBackend().create(this.generation, ByteBuffer.allocate(Long.BYTES).array());
			return read();
		}
		return new Generations(entry.get());
	}

	private enum Outcome {

		PASSED, MISSED, WAITING

	}

	/**
	 * The generation's entry: the current number, and the last revision that counted in
	 * each generation before it, the latest first.
	 *
	 * @param entry the entry
	 */
	private record Generations(Entry entry) {

		long current() {
			return ByteBuffer.wrap(this.entry.value()).getLong(0);
		}

		boolean counted(long generation, Place place) {
			Entry arrival = place.entry();
			return arrival != null && counted(generation, arrival.createRevision());
		}

		boolean counted(long generation, long revision) {
			long back = (current() - generation) * Long.BYTES;
			return back > 0 && back < this.entry.value().length
					&& revision <= ByteBuffer.wrap(this.entry.value()).getLong((int) back);
		}

		/** Move on, if nobody else does. */
		void next(CoordinationBackend backend, long lastRevision) {
			byte[] value = this.entry.value();
			int kept = Math.min(value.length - Long.BYTES, (HISTORY - 1) * Long.BYTES);
			ByteBuffer next = ByteBuffer.allocate(2 * Long.BYTES + kept);
			next.putLong(current() + 1).putLong(lastRevision).put(value, Long.BYTES, kept);
			backend.replace(this.entry, next.array());
		}

	}

}
