package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The traps of MariaDB and MySQL.
 */
abstract class InnoDbTrapsContract extends JdbcTrapsContract {

	/** Lets a connection wait for a lock for as long as the test lasts. */
	abstract String patience();

	/** The mode in which the server takes statements in its most peculiar way. */
	abstract String mode();

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
		assertWaits(waiting);
		holder.connection().commit();

		assertThat(waiting.join()).isOne();
		long passed = holder
			.first("select counter - valid_until from coordination_queue where directory = ?",
					(rows) -> rows.getLong(1), key)
			.orElseThrow();
		assertThat(Duration.of(passed, ChronoUnit.MICROS)).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(15));
	}

	/**
	 * A stranger has locked the gap in the index of sessions, so that our statement has
	 * made its row and waits to put it there; then the stranger wants that row. Whoever
	 * has changed less gives way.
	 */
	@Test
	void statementThatWasChosenToEndADeadlockIsRepeated() throws SQLException {
		CoordinationBackend backend = newBackend();
		BackendSession session = backend.open(JdbcFixture.TTL);
		Directory directory = this.fixture.queue("rows");
		Link stranger = link();
		stranger.execute(patience());
		Link onlooker = link();
		stranger.connection().setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		stranger.connection().setAutoCommit(false);
		for (int i = 0; i < 200; i++) {
			stranger.change("insert into coordination_queue values (?, '', 0, 0, '')", "heavy/" + session.id() + i);
		}
		stranger.first("select 1 from coordination_entry where session_id = ? for update", (rows) -> rows.getInt(1),
				session.id());

		CompletableFuture<Optional<Entry>> created = CompletableFuture
			.supplyAsync(() -> session.create(directory.entry("a"), new byte[0]));
		// the server refreshes this table only when nobody has read it for 100 ms
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(200))
			.until(() -> onlooker
				.first("select 1 from information_schema.innodb_trx where trx_state = 'LOCK WAIT' and trx_query like"
						+ " 'insert into coordination_entry%'", (rows) -> rows.getInt(1))
				.isPresent());
		assertThat(stranger.first("select 1 from coordination_entry where directory = ? and id = 'a' for update",
				(rows) -> rows.getInt(1), Names.of(directory)))
			.isEmpty();
		stranger.connection().rollback();

		assertThat(created.join()).isPresent();
		assertThat(backend.list(directory)).extracting(Entry::revision)
			.containsExactly(created.join().orElseThrow().revision());
	}

	@Test
	void modeOfTheServerDoesNotMatter() throws SQLException {
		BackendSession session = newBackend().open(JdbcFixture.TTL);
		Connection connection = connect();
		try (Statement statement = connection.createStatement()) {
			statement.execute("set sql_mode = '" + mode() + "'");
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
