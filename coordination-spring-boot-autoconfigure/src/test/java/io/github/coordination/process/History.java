package io.github.coordination.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the processes of one test said, and the judge of it. All instants are on the clock
 * of {@link System#nanoTime()}, which the processes of one machine share. Safe for use by
 * several threads.
 */
final class History {

	static final String BEGAN = "began";

	static final String ENDED = "ended";

	static final String COUNTED = "counted";

	static final String JOINED = "joined";

	static final String LEFT = "left";

	private final boolean lasting;

	private final List<Belief> beliefs = new ArrayList<>();

	private final Map<String, Belief> open = new LinkedHashMap<>();

	private final List<Count> counts = new ArrayList<>();

	private final Map<String, Long> counted = new HashMap<>();

	private final List<MemberChange> memberChanges = new ArrayList<>();

	/**
	 * Begin a history.
	 * @param lasting whether a lock that was not released is held until its process ends
	 */
	History(boolean lasting) {
		this.lasting = lasting;
	}

	/** Note what a process said. */
	synchronized void add(String process, String[] words) {
		switch (words[0]) {
			case BEGAN -> {
				Belief belief = new Belief(process, words[1], Long.parseLong(words[2]), Long.parseLong(words[3]));
				this.beliefs.add(belief);
				this.open.put(belief.key(), belief);
			}
			case ENDED -> {
				Belief belief = this.open.remove(Belief.key(process, words[1], Long.parseLong(words[2])));
				Objects.requireNonNull(belief, "what ends has begun").to = Long.parseLong(words[3]);
			}
			case COUNTED -> {
				this.counts.add(new Count(process, words[1], Long.parseLong(words[2]), Long.parseLong(words[3])));
				this.counted.merge(process, 1L, Long::sum);
			}
			case JOINED, LEFT -> this.memberChanges
				.add(new MemberChange(process, words[0], words[1], words[2], Long.parseLong(words[3])));
			default -> throw new IllegalArgumentException("unknown: " + String.join(" ", words));
		}
	}

	/**
	 * Note that a process was killed.
	 * @param instant when it was still alive
	 * @return what it had
	 */
	synchronized Set<String> killed(String process, long instant) {
		List<Belief> cut = this.open.values().stream().filter((belief) -> belief.process.equals(process)).toList();
		this.open.values().removeAll(cut);
		// a watched belief may have ended a moment before, which it had no time to say
		cut.stream()
			.filter((belief) -> this.lasting && Beliefs.isExclusive(belief.name))
			.forEach((belief) -> belief.to = Math.max(belief.from, instant));
		return cut.stream().map((belief) -> belief.name).collect(Collectors.toSet());
	}

	/**
	 * Return the first instant after another at which anybody else believed to have it.
	 */
	synchronized OptionalLong firstAfter(String name, long instant, String process) {
		return this.beliefs.stream()
			.filter((belief) -> belief.name.equals(name) && belief.from > instant && !belief.process.equals(process))
			.mapToLong((belief) -> belief.from)
			.min();
	}

	/** Return what a process believes to have now. */
	synchronized List<String> held(Predicate<String> process) {
		return this.open.values()
			.stream()
			.filter((belief) -> process.test(belief.process))
			.map((belief) -> belief.name)
			.toList();
	}

	/** Return how often a process has counted. */
	synchronized long counted(String process) {
		return this.counted.getOrDefault(process, 0L);
	}

	synchronized List<MemberChange> memberChanges(String process) {
		return this.memberChanges.stream().filter((change) -> change.process.equals(process)).toList();
	}

	synchronized String summary() {
		return this.counts.size() + " counts, " + this.beliefs.size() + " grants";
	}

	/**
	 * No two processes ever had the same thing, and who had it later had the larger
	 * token.
	 */
	synchronized void requireOneHolderAtATime() {
		Map<String, List<Belief>> byName = this.beliefs.stream()
			.collect(Collectors.groupingBy((belief) -> belief.name));
		List<String> violations = new ArrayList<>();
		for (List<Belief> holders : byName.values()) {
			holders.sort(Comparator.comparingLong((belief) -> belief.from));
			Belief last = holders.get(0);
			for (Belief next : holders.subList(1, holders.size())) {
				if (next.from < last.to) {
					violations.add("at the same time: " + last + " and " + next);
				}
				if (next.token <= last.token) {
					violations.add("token did not grow: " + last + " and then " + next);
				}
				last = (next.to > last.to) ? next : last;
			}
		}
		assertThat(violations).isEmpty();
	}

	/**
	 * Nothing that was counted under a lock is missing.
	 * @param value what was counted in the end
	 * @param unspoken how many counts nobody had the time to speak of
	 */
	synchronized void requireExactCount(String lock, long value, int unspoken) {
		List<Count> all = this.counts.stream().filter((count) -> count.lock.equals(lock)).toList();
		assertThat(all).as("counts by value").extracting(Count::value).doesNotHaveDuplicates();
		List<Count> byValue = all.stream().sorted(Comparator.comparingLong(Count::value)).toList();
		assertThat(byValue).as("counts by token").isSortedAccordingTo(Comparator.comparingLong(Count::token));
		assertThat(value).as("counted in the end").isBetween((long) all.size(), (long) all.size() + unspoken);
	}

	record Count(String process, String lock, long token, long value) {
	}

	record MemberChange(String process, String kind, String group, String member, long instant) {
	}

	private static final class Belief {

		private final String process;

		private final String name;

		private final long token;

		private final long from;

		private long to;

		Belief(String process, String name, long token, long from) {
			this.process = process;
			this.name = name;
			this.token = token;
			this.from = from;
			this.to = from;
		}

		String key() {
			return key(this.process, this.name, this.token);
		}

		static String key(String process, String name, long token) {
			return process + " " + name + " " + token;
		}

		@Override
		public String toString() {
			return this.process + " had " + this.name + " under " + this.token + " from " + this.from + " to "
					+ this.to;
		}

	}

}
