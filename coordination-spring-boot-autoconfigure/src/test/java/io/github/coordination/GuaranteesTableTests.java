package io.github.coordination;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.TestEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds README's table of backends to what the backends say of themselves: a row that
 * differs fails with the row to write.
 */
class GuaranteesTableTests {

	private static final String FIRST_COLUMN = "| url |";

	private static final Duration TTL = Duration.ofSeconds(15);

	private final TestEnvironment environment = new TestEnvironment();

	@AfterEach
	void close() {
		this.environment.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "local:name", "file:/directory", "ipc:name", "zookeeper://host:2181",
			"zookeeper://host:2181,host:2181,host:2181", "redis-sentinel://host:26379/master",
			"redis-cluster://host:6379", "etcd://host:2379", "etcd://host:2379,host:2379,host:2379",
			"postgresql://host/database", "mariadb://host/database", "mysql://host/database",
			"jdbc:h2:tcp://host/database", "jdbc:sqlite:/file", "memcached://host:11211" })
	void rowSaysWhatTheBackendSays(String url) {
		assertThat(rows()).contains(row(url, guarantees(url)));
	}

	@Test
	@Tag("redis")
	void rowOfRedisSaysWhatAServerThatKeepsEveryWriteSays() {
		try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
			assertThat(rows()).contains(row("redis://host:6379", guarantees(server.url())));
		}
	}

	@Test
	void everySchemeHasARow() {
		List<String> schemes = rows().stream().map((row) -> row.replaceAll("^\\| \\[?`([a-z-]+):.*", "$1")).toList();

		assertThat(ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get))
			.filteredOn((provider) -> provider.getClass().getPackageName().contains(".backend."))
			.hasSizeGreaterThan(5)
			.allSatisfy((provider) -> assertThat(schemes).containsAnyElementsOf(provider.schemes()));
	}

	private Guarantees guarantees(String url) {
		BackendConfig config = new BackendConfig(BackendUrl.parse(url), "table", TTL, TTL.dividedBy(6),
				this.environment.environment(), ClientSource.of());
		try (CoordinationBackend backend = provider(config.url().scheme()).create(config)) {
			return backend.guarantees();
		}
	}

	private static BackendProvider provider(String scheme) {
		return ServiceLoader.load(BackendProvider.class)
			.stream()
			.map(ServiceLoader.Provider::get)
			.filter((provider) -> provider.schemes().contains(scheme))
			.findFirst()
			.orElseThrow();
	}

	private static String row(String url, Guarantees guarantees) {
		String dead = duration(guarantees.noticeBound())
				+ (guarantees.characteristics().contains(Characteristic.NON_TIMEOUT_BASED) ? " after its death"
						: " after its ttl");
		String tokens = switch (guarantees.tokens()) {
			case STORE_COUNTER -> "the store's counter";
			case COUNTER_OR_CLOCK -> "a counter, or the store's clock";
		};
		String reach = guarantees.characteristics().contains(Characteristic.DISTRIBUTED_ACROSS_HOSTS) ? "machines"
				: guarantees.characteristics().contains(Characteristic.DISTRIBUTED_ACROSS_PROCESSES)
						? "processes of one machine" : "threads of one process";
		return "| `" + url + "` | " + reach + " | all | " + guarantees.level() + " | " + dead + " | "
				+ guarantees.watch().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " | " + tokens + " |";
	}

	private static String duration(Duration bound) {
		return bound.isZero() ? "at once" : "within " + bound.toMillis() / 1000.0 + " s";
	}

	/** The lines of the table, without their links. */
	private static List<String> rows() {
		try {
			return Files.readAllLines(Path.of("..", "README.md"))
				.stream()
				.dropWhile((line) -> !line.startsWith(FIRST_COLUMN))
				.skip(2)
				.takeWhile((line) -> line.startsWith("|"))
				.map((line) -> line.replaceAll("^\\| \\[(`[^`]*`)]\\([^)]*\\)", "| $1"))
				.collect(Collectors.toList());
		}
		catch (IOException ex) {
			throw new IllegalStateException("README cannot be read", ex);
		}
	}

}
