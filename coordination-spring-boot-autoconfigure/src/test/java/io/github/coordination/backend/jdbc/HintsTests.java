package io.github.coordination.backend.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.server.PostgreSqlServer;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.TestEnvironment;
import io.github.coordination.spi.support.PolledWatches;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Hints}.
 */
@Tag("postgresql")
class HintsTests {

	private final TestEnvironment environment = new TestEnvironment();

	private final PolledWatches<String, String> watches = new PolledWatches<>(this.environment.environment(),
			new PolledWatches.Pace(Duration.ofMillis(2), Duration.ofMillis(200), 2), new Unchanged());

	private final List<Link> opened = new CopyOnWriteArrayList<>();

	private final Hints hints = new Hints(this.environment.environment(), this::open, "hints", this.watches);

	@AfterEach
	void close() {
		this.hints.close();
		this.watches.close();
		this.environment.close();
	}

	@Test
	void connectionThatWasBeingOpenedWhenTheDatabaseWasLeftIsNotListenedTo() throws SQLException {
		this.watches.watch("a", (change) -> {
		});

		this.hints.start();
		Awaitility.await().until(this.hints::isListening);

		assertThat(this.opened).hasSize(2);
		assertThat(this.opened.get(0).connection().isClosed()).isTrue();
		assertThat(this.opened.get(1).connection().isClosed()).isFalse();
	}

	private Link open() throws SQLException {
		Link link = Link.open(PostgreSqlServer.shared()::connect, JdbcFixture.CALL_TIMEOUT, false, Clock.SYSTEM);
		this.opened.add(link);
		if (this.opened.size() == 1) {
			this.hints.reconnect();
		}
		return link;
	}

	/**
	 * Nothing ever changes.
	 */
	private static final class Unchanged implements PolledWatches.Source<String, String> {

		@Override
		public String read(String key) {
			return "";
		}

		@Override
		public Map<String, String> read(Collection<String> keys, Collection<String> known) {
			return Map.of("a", "");
		}

		@Override
		public @Nullable Change change(String before, String now) {
			return null;
		}

		@Override
		public boolean isTold() {
			return false;
		}

	}

}
