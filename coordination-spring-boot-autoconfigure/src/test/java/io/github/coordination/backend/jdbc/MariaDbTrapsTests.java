package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.server.MariaDbServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("mariadb")
class MariaDbTrapsTests extends JdbcTrapsContract {

	@Override
	String url() {
		return MariaDbServer.shared().url();
	}

	@Override
	Connection connect() {
		return MariaDbServer.shared().connect();
	}

	@Test
	void clockGoesOnDuringAStatementAndDoesNotDependOnTheZone() throws SQLException {
		newBackend().open(JdbcFixture.TTL);
		Link holder = link();
		Link waiter = link();
		String key = UUID.randomUUID().toString();
		holder.change("insert into coordination_queue values (?, '', 0, 0, '')", key);
		holder.connection().setAutoCommit(false);
		holder.change("update coordination_queue set counter = 1 where directory = ?", key);
		waiter.execute("set time_zone = '+05:00'");

		CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> {
			try {
				return waiter.change("update coordination_queue set counter = " + waiter.dialect().now()
						+ ", valid_until = " + waiter.dialect().start() + " where directory = ?", key);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		pass(Duration.ofSeconds(2));
		holder.connection().commit();

		assertThat(waiting.join()).isOne();
		long passed = holder
			.first("select counter - valid_until from coordination_queue where directory = ?",
					(rows) -> rows.getLong(1), key)
			.orElseThrow();
		assertThat(Duration.of(passed, ChronoUnit.MICROS)).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(15));
	}

	@Test
	void modeOfTheServerDoesNotMatter() throws SQLException {
		BackendSession session = newBackend().open(JdbcFixture.TTL);
		Connection connection = connect();
		try (Statement statement = connection.createStatement()) {
			statement.execute("set sql_mode = 'SIMULTANEOUS_ASSIGNMENT,ANSI_QUOTES'");
		}
		Link link = link(connection);
		Store store = new Store(UUID.randomUUID().toString());
		Directory queue = new Directory("modes", "lock", UUID.randomUUID().toString());

		for (int i = 1; i <= 3; i++) {
			assertThat(store.enqueue(link, session.id(), queue.entry(session.id() + "." + i), "x", new byte[0], 9)
				.orElseThrow()
				.ahead()).hasSize(i - 1);
		}
		assertThat(store.list(link, queue)).extracting(Entry::createRevision).doesNotHaveDuplicates().hasSize(3);
	}

}
