package io.github.coordination.recipe;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.coordination.spi.Clock;
import io.github.coordination.spi.Entry;

/**
 * When each member of a group was last seen alive by this process. Remembers the members
 * seen last, so that ids that are new at every start do not pile up. Safe for use by
 * several threads.
 */
final class Sightings {

	private static final int REMEMBERED = 1_000;

	private final Clock clock;

	private final Map<String, Instant> seen = new LinkedHashMap<>(16, 0.75f, true) {

		private static final long serialVersionUID = 1;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
			return size() > REMEMBERED;
		}

	};

	Sightings(Clock clock) {
		this.clock = clock;
	}

	Instant now() {
		return Instant.ofEpochMilli(this.clock.currentTimeMillis());
	}

	/**
	 * Note who was there.
	 * @param asked when the store was asked, since its answer may take a while
	 */
	void note(Instant asked, List<Entry> present) {
		synchronized (this.seen) {
			present.forEach((entry) -> this.seen.merge(entry.id(), asked, (a, b) -> a.isAfter(b) ? a : b));
		}
	}

	Optional<Instant> of(String memberId) {
		synchronized (this.seen) {
			return Optional.ofNullable(this.seen.get(memberId));
		}
	}

}
