package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.Guarantees.Level;
import io.github.coordination.Guarantees.WatchKind;
import io.github.coordination.spi.Directory;

/**
 * What a server says of itself, and what can be promised on it. One that keeps every
 * write before it answers, never evicts, and has nobody to take over from it is as good
 * as its disk. Everything else, and what is not known, is for efficiency only.
 *
 * @param info the answer to {@code INFO}, empty if that is not allowed
 * @param fsync the setting {@code appendfsync}, empty if it may not be read
 */
record RedisFacts(String info, String fsync) {

	static final RedisFacts UNKNOWN = new RedisFacts("", "");

	static final int MAX_VALUE_BYTES = 1 << 16;

	private static final Duration NOTICE_BOUND = Duration.ofSeconds(1);

	/** Whether it may delete what it likes when its memory is full. */
	boolean mayEvict() {
		return !is("maxmemory", "0") && !is("maxmemory_policy", "noeviction");
	}

	/** What can be promised if this is how changes are told. */
	Guarantees guarantees(WatchKind watchKind) {
		boolean single = keepsEveryWrite() && isAlone() && !mayEvict();
		Set<Characteristic> characteristics = EnumSet.of(Characteristic.DISTRIBUTED_ACROSS_THREADS,
				Characteristic.DISTRIBUTED_ACROSS_PROCESSES, Characteristic.DISTRIBUTED_ACROSS_HOSTS,
				Characteristic.CAUSAL);
		if (single) {
			characteristics.addAll(
					EnumSet.of(Characteristic.LINEARIZABLE, Characteristic.SEQUENTIAL, Characteristic.SERIALIZABLE));
		}
		return new Guarantees(single ? Level.SINGLE : Level.BEST_EFFORT, characteristics, NOTICE_BOUND, watchKind,
				Guarantees.TokenDurability.COUNTER_OR_CLOCK, Directory.MAX_NAME_BYTES, MAX_VALUE_BYTES);
	}

	private boolean keepsEveryWrite() {
		return is("aof_enabled", "1") && this.fsync.equals("always");
	}

	/** A replica may be promoted by somebody, and lack what was written last. */
	private boolean isAlone() {
		return is("role", "master") && is("connected_slaves", "0") && is("redis_mode", "standalone");
	}

	private boolean is(String name, String value) {
		Matcher found = Pattern.compile("(?m)^" + name + ":(.*?)\r?$").matcher(this.info);
		return found.find() && found.group(1).equals(value);
	}

}
