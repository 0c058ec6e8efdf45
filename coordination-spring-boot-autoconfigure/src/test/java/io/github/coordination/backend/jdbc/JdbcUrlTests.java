package io.github.coordination.backend.jdbc;

import java.nio.file.Path;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees;
import io.github.coordination.spi.CoordinationBackend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a url may say, and what is said of a faulty one.
 */
class JdbcUrlTests {

	private final JdbcFixture fixture = new JdbcFixture();

	@TempDir
	private Path directory;

	private final String h2 = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@CsvSource({ "jdbc:, the application has no DataSource", "jdbc:?conections=3, Did you mean",
			"postgresql://jo:secret@/db, no host or no database", "postgresql://jo:secret@host, no host or no database",
			"mariadb://jo:secret@host/, no host or no database",
			"postgresql://jo:secret@host/db?sslmode=require, Known options: connections",
			"jdbc:oracle:thin:jo/secret@host, no driver for it", "jdbc:sqlite::memory:, Name a file",
			"jdbc:h2:mem:a?initialize-schema=allways, Did you mean", "jdbc:h2:mem:a?connections=0, 1 to 999",
			"jdbc:h2:mem:a?connections=many, 1 to 999" })
	void faultyUrlIsExplained(String url, String words) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> this.fixture.client(url))
			.withMessageStartingWith("coordination.url: ")
			.withMessageContaining(words)
			.withMessageNotContaining("secret");
	}

	@ParameterizedTest
	@CsvSource({ "postgresql://host/db, SINGLE, PUSH_AND_POLL", "jdbc:postgresql:db?user=jo, SINGLE, PUSH_AND_POLL",
			"mariadb://host/db, SINGLE, POLL", "mysql://host/db, SINGLE, POLL",
			"jdbc:mysql://host:3306/db, SINGLE, POLL", "jdbc:sqlite:/tmp/a.db, SINGLE, POLL",
			"jdbc:h2:tcp://host/db, SINGLE, POLL", "jdbc:h2:mem:a, LOCAL, POLL" })
	void guaranteesAreKnownBeforeTheFirstConnection(String url, Guarantees.Level level, Guarantees.WatchKind kind) {
		Guarantees guarantees = this.fixture.client(url).guarantees();

		assertThat(guarantees.level()).isEqualTo(level);
		assertThat(guarantees.watch()).isEqualTo(kind);
	}

	@ParameterizedTest
	@CsvSource({ "'jdbc:postgresql://one,two/db', targetServerType, primary",
			"jdbc:postgresql://one/db, targetServerType, any", "jdbc:postgresql://one/db, socketTimeout, 8",
			"jdbc:mariadb://one/db, socketTimeout, 8000", "jdbc:h2:tcp://one/db, NETWORK_TIMEOUT, 8000",
			"jdbc:h2:tcp://one/db;network_timeout=5, NETWORK_TIMEOUT,", "jdbc:sqlite:a.db, synchronous, NORMAL" })
	void driverIsToldWhatTheUrlDoesNotSay(String target, String name, String value) {
		assertThat(JdbcBackendProvider.defaults(target, JdbcFixture.CALL_TIMEOUT).get(name)).isEqualTo(value);
	}

	@Test
	void embeddedDatabaseGetsItsTables() {
		CoordinationBackend client = this.fixture.client(this.h2);

		this.fixture.enqueue(client.open(JdbcFixture.TTL), this.fixture.queue("a"));

		assertThat(client.list(this.fixture.queue("a"))).hasSize(1);
	}

	@Test
	void missingTablesAreExplained() {
		CoordinationBackend client = this.fixture.client(this.h2 + "?initialize-schema=never");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageContaining("schema-h2.sql")
			.withMessageContaining("initialize-schema");
	}

	@Test
	void missingTablesOfAFileAreExplained() {
		CoordinationBackend client = this.fixture
			.client("jdbc:sqlite:" + this.directory.resolve("a.db") + "?initialize-schema=never");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> client.open(JdbcFixture.TTL))
			.withMessageContaining("schema-sqlite.sql");
	}

	@Test
	void optionsOfTheDriverReachIt() {
		// the first to come makes the user, the next must be it
		this.fixture.client(this.h2 + "?user=jo&password=secret").open(JdbcFixture.TTL);
		CoordinationBackend stranger = this.fixture.client(this.h2 + "?user=jo&password=a-secret");

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> stranger.open(JdbcFixture.TTL))
			.withMessageContaining("user or password")
			.withMessageNotContaining("a-secret");
	}

}
