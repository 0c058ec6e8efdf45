package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Environment;
import io.github.coordination.test.SimulatedTime;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Watches}, in one thread.
 */
class WatchesTests {

	private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	private final List<Connection> opened = new ArrayList<>();

	private final SimulatedTime time = new SimulatedTime();

	private final Environment environment = new Environment(this.time, this.time, Runnable::run, Runnable::run,
			new Random());

	private final Connections connections = new Connections(this::open, Runnable::run, this.time,
			JdbcFixture.CALL_TIMEOUT, 1, true);

	private final Directory directory = new Directory("watches", "lock", "a");

	private final Watches watches = new Watches(this.environment, this.connections, this::open, new Store("watches"));

	private boolean down;

	@AfterEach
	void close() {
		this.watches.close();
		this.connections.close();
	}

	@Test
	void changeDuringAnOutageIsToldToThoseWhoWatchedBefore() throws SQLException {
		this.connections.write((link) -> new Schema(Schema.Mode.ALWAYS, "watches").prepare(link));
		AtomicInteger calls = new AtomicInteger();
		this.watches.add(this.directory, (change) -> calls.incrementAndGet());
		this.down = true;
		for (Connection connection : this.opened) {
			connection.close();
		}
		this.time.advance(Duration.ofMillis(50));
		JdbcBackendContract.update(() -> DriverManager.getConnection(this.url),
				"insert into coordination_queue values (?, '', 1, 1, '')", Names.of(this.directory));
		assertThat(calls).hasValue(0);

		this.down = false;
		this.watches.add(this.directory, (change) -> {
		});

		assertThat(calls).hasPositiveValue();
	}

	@Test
	void pollsGoOnAfterAnOutage() throws SQLException {
		this.connections.write((link) -> new Schema(Schema.Mode.ALWAYS, "watches").prepare(link));
		AtomicInteger calls = new AtomicInteger();
		this.watches.add(this.directory, (change) -> calls.incrementAndGet());
		this.down = true;
		for (Connection connection : this.opened) {
			connection.close();
		}
		this.time.advance(Duration.ofSeconds(10));

		this.down = false;
		this.time.advance(Duration.ofSeconds(1));

		assertThat(calls).hasPositiveValue();
	}

	private Link open() throws SQLException {
		if (this.down) {
			throw new SQLException("down", "08001");
		}
		Connection connection = DriverManager.getConnection(this.url);
		this.opened.add(connection);
		return Link.open(() -> connection, JdbcFixture.CALL_TIMEOUT, false, this.time);
	}

}
