package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.server.PostgreSqlServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("postgresql")
class PostgreSqlTrapsTests extends JdbcTrapsContract {

	@Override
	String url() {
		return PostgreSqlServer.shared().url();
	}

	@Override
	Connection connect() {
		return PostgreSqlServer.shared().connect();
	}

	/**
	 * Our statement has locked the table as far as it needs, and waits for the row; then
	 * the one that has the row wants the whole table. Whoever has waited for
	 * {@code deadlock_timeout} first gives way.
	 */
	@Test
	void statementThatWasChosenToEndADeadlockIsRepeated() throws SQLException {
		CoordinationBackend backend = this.fixture
			.client("jdbc:postgresql://127.0.0.1:" + PostgreSqlServer.shared().port()
					+ "/coordination?user=coordination&password=coordination&options=-c%20deadlock_timeout=2s"
					+ "&initialize-schema=always");
		BackendSession session = backend.open(JdbcFixture.TTL);
		session.delete(enqueue(session).entry());
		Link stranger = link();
		stranger.execute("set deadlock_timeout = '5min'; set lock_timeout = 0; set statement_timeout = 0");
		Link onlooker = link();
		long deadlocks = deadlocks(onlooker);
		stranger.connection().setAutoCommit(false);
		stranger.change("update coordination_queue set counter = counter + 1 where directory = ?",
				Names.of(this.queue));

		CompletableFuture<Placement> placement = CompletableFuture.supplyAsync(() -> enqueue(session));
		Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> onlooker.first(
					"select 1 from pg_stat_activity where wait_event_type = 'Lock' and state = 'active' and query like"
							+ " 'insert into coordination_queue%'",
					(rows) -> rows.getInt(1))
				.isPresent());
		stranger.execute("lock table coordination_queue in share mode");
		stranger.connection().commit();

		assertThat(placement.join().ahead()).isEmpty();
		assertThat(backend.list(this.queue)).extracting(Entry::id).containsExactly(placement.join().entry().id());
		Awaitility.await().until(() -> deadlocks(onlooker) > deadlocks);
	}

	/** Told by the server a moment later. */
	private static long deadlocks(Link link) throws SQLException {
		link.execute("select pg_stat_clear_snapshot()");
		return link
			.first("select deadlocks from pg_stat_database where datname = current_database()",
					(rows) -> rows.getLong(1))
			.orElseThrow();
	}

}
