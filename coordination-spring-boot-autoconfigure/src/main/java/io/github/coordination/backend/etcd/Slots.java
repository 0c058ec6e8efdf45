package io.github.coordination.backend.etcd;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.github.coordination.spi.Directory;

/**
 * Which of its keys in a queue a session uses for which attempt: the first that is free,
 * so that it uses few. A key is taken until it is certain that its attempt has no entry
 * and never will.
 */
final class Slots {

	/** Attempt ids by number; an array is never changed. */
	private final Map<Directory, @Nullable String[]> taken = new ConcurrentHashMap<>();

	/** The attempt's slot, the same each time. */
	int take(Directory queue, String attempt) {
		return indexOf(this.taken.compute(queue, (key, found) -> (found == null) ? new String[] { attempt }
				: (indexOf(found, attempt) >= 0) ? found : with(found, attempt)), attempt);
	}

	/** The attempt's slot, {@code -1} if it has none. */
	int find(Directory queue, String attempt) {
		@Nullable String[] found = this.taken.get(queue);
		return (found != null) ? indexOf(found, attempt) : -1;
	}

	void free(Directory queue, String attempt) {
		this.taken.computeIfPresent(queue, (key, found) -> {
			int index = indexOf(found, attempt);
			if (index < 0) {
				return found;
			}
			@Nullable String[] left = found.clone();
			left[index] = null;
			return Arrays.stream(left).allMatch((each) -> each == null) ? null : left;
		});
	}

	private static @Nullable String[] with(@Nullable String[] found, String attempt) {
		int free = indexOf(found, null);
		@Nullable String[] more = Arrays.copyOf(found, (free < 0) ? found.length + 1 : found.length);
		more[(free < 0) ? found.length : free] = attempt;
		return more;
	}

	private static int indexOf(@Nullable String[] attempts, @Nullable String attempt) {
		return Arrays.asList(attempts).indexOf(attempt);
	}

}
