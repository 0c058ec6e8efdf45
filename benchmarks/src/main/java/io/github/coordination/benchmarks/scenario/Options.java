package io.github.coordination.benchmarks.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The command line: a store and {@code key=value} pairs.
 *
 * @param store the store's name
 * @param scenarios which scenarios, all if it is empty
 * @param contenders which contenders, all if it is empty
 * @param against which contenders the others are set against, the first if it is empty
 * @param rounds how many rounds
 * @param length how long a round lasts
 * @param idle how long a store is watched while nothing is asked of it
 * @param url where the store is; one is started if there is none
 * @param out where the figures of all rounds go; beside the program if there is none
 */
record Options(String store, List<String> scenarios, List<String> contenders, List<String> against, int rounds,
		Duration length, Duration idle, @Nullable String url, @Nullable Path out) {

	private static final Set<String> KEYS = Set.of("scenario", "contender", "against", "rounds", "millis", "idle",
			"url", "out");

	static Options parse(String... arguments) {
		if (arguments.length == 0) {
			throw new IllegalArgumentException("Name a store");
		}
		Map<String, String> values = new LinkedHashMap<>();
		for (String argument : List.of(arguments).subList(1, arguments.length)) {
			int equals = argument.indexOf('=');
			if (equals < 0 || !KEYS.contains(argument.substring(0, equals))) {
				throw new IllegalArgumentException("Not an option: " + argument);
			}
			values.put(argument.substring(0, equals), argument.substring(equals + 1));
		}
		String out = values.get("out");
		return new Options(arguments[0], list(values.get("scenario")), list(values.get("contender")),
				list(values.get("against")), Integer.parseInt(values.getOrDefault("rounds", "7")),
				Duration.ofMillis(Long.parseLong(values.getOrDefault("millis", "700"))),
				Duration.ofSeconds(Long.parseLong(values.getOrDefault("idle", "30"))), values.get("url"),
				(out != null) ? Path.of(out) : null);
	}

	private static List<String> list(@Nullable String value) {
		return (value != null) ? List.of(value.split(",")) : List.of();
	}

}
