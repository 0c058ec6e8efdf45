package io.github.coordination.spi.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Environment;
import io.github.coordination.spi.Watch;
import io.github.coordination.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link PolledWatches}, in one thread under a settable clock.
 */
class PolledWatchesTests {

	private static final Duration SHORTEST = Duration.ofMillis(2);

	private static final Duration LONGEST = Duration.ofMillis(40);

	private static final int INCOMPARABLE = -1;

	private final SimulatedTime time = new SimulatedTime();

	private final Shelf shelf = new Shelf();

	private final PolledWatches<String, Integer> watches = new PolledWatches<>(
			new Environment(this.time, this.time, Runnable::run, Runnable::run, new Random(1)),
			new PolledWatches.Pace(SHORTEST, LONGEST, 2), this.shelf);

	private final List<Change> changes = new ArrayList<>();

	@AfterEach
	void close() {
		this.watches.close();
	}

	@Test
	void changeIsToldOnceWithWhatIsKnownOfIt() {
		watch("a");

		this.shelf.states.put("a", 1);
		this.time.advance(LONGEST);

		assertThat(this.changes).containsExactly(Change.written("1"));
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.changes).hasSize(1);
	}

	@Test
	void onlyThoseWhoWatchWhatHasChangedAreTold() {
		List<Change> others = new ArrayList<>();
		this.watches.watch("b", others::add);
		watch("a");
		List<Change> second = new ArrayList<>();
		this.watches.watch("a", second::add);

		this.shelf.states.put("a", 1);
		this.time.advance(LONGEST);

		assertThat(this.changes).containsExactly(Change.written("1"));
		assertThat(second).containsExactly(Change.written("1"));
		assertThat(others).isEmpty();
	}

	@Test
	void looksAreMoreAndMoreSeldomUntilSomethingChanges() {
		watch("a");

		this.time.advance(Duration.ofMillis(200));
		assertThat(intervals()).containsExactly(2L, 4L, 8L, 16L, 32L, 40L, 40L, 40L);

		this.shelf.looks.clear();
		this.shelf.states.put("a", 1);
		this.time.advance(Duration.ofMillis(60));
		assertThat(intervals().subList(1, 5)).containsExactly(2L, 4L, 8L, 16L);
	}

	@Test
	void whatIsHastenedIsReadAtTheShortestInterval() {
		watch("a");
		this.time.advance(Duration.ofSeconds(1));
		this.shelf.looks.clear();

		this.shelf.states.put("a", 1);
		this.watches.hasten("a");
		this.watches.hasten("of nobody");
		this.time.advance(SHORTEST);

		assertThat(this.changes).hasSize(1);
		assertThat(this.shelf.looks).hasSize(1);
	}

	@Test
	void oneLookIsForAllThatAreDueSoon() {
		watch("a");
		this.time.advance(Duration.ofMillis(5));
		watch("b");
		this.time.advance(Duration.ofSeconds(1));
		this.shelf.looks.clear();

		this.time.advance(Duration.ofMillis(400));

		assertThat(this.shelf.looks).hasSize(10).allSatisfy((look) -> assertThat(look.keys).containsOnly("a", "b"));
	}

	@Test
	void nothingIsReadWhileNothingIsWatched() {
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.shelf.looks).isEmpty();
		Watch first = watch("a");
		Watch second = watch("a");
		assertThat(this.watches.isEmpty()).isFalse();

		first.close();
		this.time.advance(LONGEST);
		assertThat(this.shelf.looks).isNotEmpty();
		second.close();
		this.shelf.looks.clear();
		this.shelf.states.put("a", 1);
		this.time.advance(Duration.ofSeconds(1));

		assertThat(this.watches.isEmpty()).isTrue();
		assertThat(this.shelf.looks).isEmpty();
		assertThat(this.changes).isEmpty();
	}

	@Test
	void watchThatCannotBeginIsNone() {
		this.shelf.down = true;

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> watch("a"));

		assertThat(this.watches.isEmpty()).isTrue();
	}

	@Test
	void outageIsToldWhenItIsOverWhateverIsThereThen() {
		watch("a");
		this.shelf.down = true;
		this.time.advance(Duration.ofSeconds(1));
		assertThat(this.changes).isEmpty();

		this.shelf.down = false;
		this.time.advance(Duration.ofMillis(200));

		assertThat(this.changes).containsExactly(Change.UNKNOWN);
	}

	@Test
	void nobodyJoinsThoseWhoKnowNothingWithoutALook() {
		watch("a");
		this.shelf.down = true;
		this.time.advance(LONGEST);
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> watch("a"));

		this.shelf.down = false;
		List<Change> late = new ArrayList<>();
		this.watches.watch("a", late::add);

		assertThat(this.changes).as("told by the look of another").containsExactly(Change.UNKNOWN);
		this.shelf.states.put("a", 1);
		this.time.advance(SHORTEST);
		assertThat(late).isNotEmpty();
	}

	@Test
	void changeBetweenTheFirstLookAndTheReturnIsTold() {
		this.shelf.afterTheFirst = () -> this.shelf.states.put("a", 1);

		watch("a");
		this.time.advance(SHORTEST);

		assertThat(this.changes).containsExactly(Change.written("1"));
	}

	@Test
	void whoBeginsDuringALookIsToldWhatTheNextOneShows() {
		watch("b");
		List<Change> late = new ArrayList<>();
		this.shelf.afterALook = () -> {
			this.shelf.states.put("a", 1);
			this.watches.watch("a", late::add);
			this.shelf.states.put("a", 2);
		};

		this.time.advance(LONGEST);

		assertThat(late).containsExactly(Change.written("2"));
	}

	@Test
	void oldLookIsNotTakenForANewOneByWhoWatchesAgain() {
		List<Change> again = new ArrayList<>();
		Watch first = watch("a");
		this.shelf.afterALook = () -> {
			first.close();
			this.shelf.states.put("a", 1);
			this.watches.watch("a", again::add);
		};

		this.time.advance(Duration.ofSeconds(1));

		assertThat(again).isEmpty();
		this.shelf.states.put("a", 2);
		this.time.advance(LONGEST);
		assertThat(again).containsExactly(Change.written("2"));
	}

	@Test
	void whileChangesAreToldItLooksAtTheLongestInterval() {
		this.shelf.told = true;
		watch("a");
		this.time.advance(Duration.ofMillis(100));
		assertThat(intervals()).containsExactly(2L, 40L, 40L);

		this.watches.report("a", Change.removed("x"));
		this.watches.report("of nobody", Change.removed("x"));
		assertThat(this.changes).containsExactly(Change.removed("x"));

		this.shelf.states.put("a", 1);
		this.watches.reportAll();
		assertThat(this.changes).containsExactly(Change.removed("x"), Change.UNKNOWN);
		this.time.advance(Duration.ZERO);
		assertThat(this.changes).as("read at once").hasSize(3);
	}

	@Test
	void mistakeOfTheSourceEndsNoWatch() {
		watch("a");
		this.shelf.states.put("a", INCOMPARABLE);
		assertThatIllegalStateException().isThrownBy(() -> this.time.advance(LONGEST));

		this.shelf.states.put("a", 1);
		this.time.advance(LONGEST);

		assertThat(this.changes).containsExactly(Change.written("1"));
	}

	@Test
	void afterTheEndNobodyIsTold() {
		watch("a");
		this.shelf.states.put("a", 1);

		this.watches.close();
		this.watches.report("a", Change.UNKNOWN);
		watch("a").close();
		this.time.advance(Duration.ofSeconds(1));

		assertThat(this.changes).isEmpty();
		assertThat(this.shelf.looks).isEmpty();
	}

	private Watch watch(String key) {
		return this.watches.watch(key, this.changes::add);
	}

	/** Milliseconds between the looks. */
	private List<Long> intervals() {
		List<Long> intervals = new ArrayList<>();
		long before = this.shelf.begun;
		for (Look look : this.shelf.looks) {
			intervals.add((look.at - before) / 1_000_000);
			before = look.at;
		}
		return intervals;
	}

	/**
	 * When it was looked at what.
	 */
	private record Look(long at, List<String> keys) {
	}

	/**
	 * A store of numbers.
	 */
	private final class Shelf implements PolledWatches.Source<String, Integer> {

		private final Map<String, Integer> states = new HashMap<>();

		private final List<Look> looks = new ArrayList<>();

		private long begun;

		private boolean down;

		private boolean told;

		private Runnable afterTheFirst = () -> {
		};

		private @Nullable Runnable afterALook;

		@Override
		public Integer read(String key) {
			this.begun = PolledWatchesTests.this.time.nanoTime();
			Integer state = look(key);
			this.afterTheFirst.run();
			return state;
		}

		@Override
		public Map<String, Integer> read(Collection<String> keys, Collection<Integer> known) {
			this.looks.add(new Look(PolledWatchesTests.this.time.nanoTime(), List.copyOf(keys)));
			Map<String, Integer> found = new HashMap<>();
			keys.forEach((key) -> found.put(key, look(key)));
			Runnable once = this.afterALook;
			this.afterALook = null;
			if (once != null) {
				once.run();
			}
			return found;
		}

		@Override
		public @Nullable Change change(Integer before, Integer now) {
			if (now == INCOMPARABLE) {
				throw new IllegalStateException("a mistake");
			}
			return before.equals(now) ? null : Change.written(now.toString());
		}

		@Override
		public boolean isTold() {
			return this.told;
		}

		private Integer look(String key) {
			if (this.down) {
				throw new BackendUnavailableException("down");
			}
			return this.states.getOrDefault(key, 0);
		}

	}

}
