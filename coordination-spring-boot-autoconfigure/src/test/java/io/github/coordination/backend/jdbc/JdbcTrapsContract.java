package io.github.coordination.backend.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ConfigurationException;
import io.github.coordination.SessionLostException;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Clock;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The traps of SQL databases, each with its test.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class JdbcTrapsContract {

	private static final Duration TTL = JdbcFixture.TTL;

	final JdbcFixture fixture = new JdbcFixture();

	private final String namespace = this.fixture.namespace();

	final Directory queue = this.fixture.queue("q");

	private final List<Link> links = new ArrayList<>();

	private final CoordinationBackend backend = newBackend();

	/** The url, without options. */
	abstract String url();

	/** A connection past the backend. */
	abstract Connection connect() throws SQLException;

	@AfterEach
	void closeEverything() {
		this.links.forEach(Link::close);
		this.fixture.close();
	}

	@Test
	void transactionHeldOpenMakesNoTwoHeads() throws SQLException {
		BackendSession slow = this.backend.open(TTL);
		BackendSession fast = newBackend().open(TTL);
		fast.delete(enqueue(fast).entry());
		Link link = link();
		link.connection().setAutoCommit(false);
		Placement first = new Store(this.namespace)
			.enqueue(link, slow.id(), this.queue.entry(slow.id() + ".1"), "x", new byte[0], 0)
			.orElseThrow();

		CompletableFuture<Placement> second = CompletableFuture.supplyAsync(() -> enqueue(fast));
		assertWaits(second);
		link.connection().commit();

		assertThat(first.ahead()).isEmpty();
		assertThat(second.join().ahead()).extracting(Ahead::id).containsExactly(first.entry().id());
		assertThat(second.join().entry().createRevision()).isGreaterThan(first.entry().createRevision());
		assertThat(this.backend.list(this.queue)).extracting(Entry::id)
			.containsExactly(first.entry().id(), second.join().entry().id());
	}

	@Test
	void sessionThatExpiresWhileItsStatementWaitsGetsNothing() throws SQLException {
		BackendSession other = this.backend.open(TTL);
		other.delete(enqueue(other).entry());
		Link link = link();
		link.connection().setAutoCommit(false);
		BackendSession expiring = this.backend.open(Duration.ofSeconds(2));
		link.change("update coordination_queue set counter = counter + 1 where directory = ?", Names.of(this.queue));

		CompletableFuture<Placement> waiting = CompletableFuture.supplyAsync(() -> enqueue(expiring));
		Link looking = link();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> left(looking, expiring) < 0);
		link.connection().rollback();

		assertThatThrownBy(waiting::join).isInstanceOf(CompletionException.class)
			.cause()
			.isInstanceOfAny(SessionLostException.class, BackendUnavailableException.class);
		assertThat(this.backend.list(this.queue)).isEmpty();
		assertThat(other.enqueue(this.queue, other.id() + ".2", "x", new byte[0], 0)).isPresent();
	}

	@Test
	void nobodyIsDroppedWhoComesFirstAtTheSameTime() {
		List<BackendSession> sessions = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			sessions.add(((i % 2 == 0) ? this.backend : newBackend()).open(TTL));
		}
		for (int round = 0; round < 20; round++) {
			Directory fresh = new Directory(this.namespace, "lock", "fresh" + round);
			String attempt = "." + (round + 1);
			List<CompletableFuture<Optional<Placement>>> all = sessions.stream()
				.map((session) -> CompletableFuture.supplyAsync(
						() -> session.enqueue(fresh, session.id() + attempt, "x", new byte[0], Integer.MAX_VALUE)))
				.toList();

			assertThat(all).allSatisfy((each) -> assertThat(each.join()).isPresent());
			assertThat(this.backend.list(fresh)).extracting(Entry::sessionId)
				.containsExactlyInAnyOrderElementsOf(sessions.stream().map(BackendSession::id).toList());
		}
	}

	@Test
	void renewalIsRefusedOnceTheSweepHasClaimedTheSession() throws SQLException {
		BackendSession session = this.backend.open(TTL);
		Link link = link();
		link.change("update coordination_session set swept = 1 where id = ?", session.id());

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		assertThat(session.isOver()).isTrue();
	}

	@Test
	void queueThatIsForgottenDoesNotLetTokensGoBack() throws SQLException {
		BackendSession session = this.backend.open(TTL);
		Entry last = enqueue(session).entry();
		session.delete(last);
		Link link = link();
		Store store = new Store(this.namespace);

		store.prune(link, Duration.ofHours(1));
		assertThat(queues(link)).isOne();
		// the clock of some counts milliseconds
		Awaitility.await().until(() -> {
			store.prune(link, Duration.ZERO);
			return queues(link) == 0;
		});

		assertThat(session.enqueue(this.queue, session.id() + ".2", "x", new byte[0], 0)
			.orElseThrow()
			.entry()
			.createRevision()).isGreaterThan(last.createRevision());
	}

	@Test
	void queueInUseOrAheadOfTheClockIsNotForgotten() throws SQLException {
		BackendSession session = this.backend.open(TTL);
		Entry entry = enqueue(session).entry();
		Link link = link();
		Store store = new Store(this.namespace);

		store.prune(link, Duration.ZERO);
		assertThat(queues(link)).isOne();
		session.delete(entry);
		link.change("update coordination_queue set counter = counter + 60000000 where directory = ?",
				Names.of(this.queue));
		store.prune(link, Duration.ZERO);

		assertThat(queues(link)).isOne();
	}

	@Test
	void sessionsThatAreOverAreForgottenAfterASecondLook() throws SQLException {
		BackendSession session = this.backend.open(TTL);
		BackendSession dead = this.backend.open(TTL);
		enqueue(dead);
		Link link = link();
		JdbcBackendContract.expire(this::connect, dead);

		new Store(this.namespace).patrol(link);
		assertThat(this.backend.list(this.queue)).isEmpty();
		new Store(this.namespace).patrol(link);

		assertThat(link.all("select id from coordination_session where namespace = ?", (rows) -> rows.getString(1),
				Names.of(this.namespace)))
			.containsExactly(session.id());
	}

	@Test
	void whatComesLateOfASessionThatIsSweptGoesAtTheNextLook() throws SQLException {
		BackendSession session = this.backend.open(TTL);
		BackendSession dead = this.backend.open(TTL);
		Entry entry = enqueue(dead).entry();
		Entry row = dead.create(this.fixture.queue("row").entry("late"), new byte[0]).orElseThrow();
		dead.close();
		JdbcBackendContract.update(this::connect, "update coordination_queue set entries = ? where directory = ?",
				Names.queued(entry), Names.of(this.queue));

		assertThat(session.enqueue(this.queue, session.id() + ".99", "x", new byte[0], 0).orElseThrow().ahead())
			.isEmpty();
		assertThat(this.backend.list(this.queue)).extracting(Entry::sessionId).containsExactly(session.id());

		JdbcBackendContract.update(this::connect,
				"insert into coordination_entry (directory, id, label, session_id, create_revision, revision, content)"
						+ " values (?, 'late', '', ?, 1, 1, '')",
				Names.of(row.key().directory()), dead.id());
		assertThat(session.create(row.key(), new byte[0])).isPresent();
	}

	@Test
	void noSessionOutlivesAClockThatWasSetBack() throws SQLException {
		BackendSession session = this.backend.open(TTL);
		Link link = link();
		link.change("update coordination_session set expires_at = expires_at + 3600000000 where id = ?", session.id());

		new Store(this.namespace).patrol(link);

		assertThat(left(link, session)).isPositive().isLessThanOrEqualTo(TTL.toNanos() / 1000);
	}

	@Test
	void foreignDirectoryIsInNobodysWay() {
		BackendSession session = this.backend.open(TTL);
		Entry entry = enqueue(session).entry();
		JdbcBackendContract.update(this::connect,
				"insert into coordination_queue (directory, label, counter, valid_until, entries) values (?, '', 1, 1, ?)",
				Names.of(this.namespace) + "/foreign", Names.queued(entry));

		assertThat(session.entries()).extracting(Entry::key).containsExactly(entry.key());
	}

	@Test
	void emptiedTablesAreAnotherStore() {
		BackendSession session = this.backend.open(TTL);
		JdbcBackendContract.update(this::connect, "delete from coordination_namespace where name = ?",
				Names.of(this.namespace));

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		assertThat(this.backend.open(TTL).grant().storeIdentity()).isNotEqualTo(session.grant().storeIdentity());
	}

	@Test
	void newerFormatIsRefused() {
		this.backend.open(TTL);
		JdbcBackendContract.update(this::connect, "update coordination_namespace set store_format = 2 where name = ?",
				Names.of(this.namespace));

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> newBackend().open(TTL))
			.withMessageContaining("format version 2");
	}

	CoordinationBackend newBackend() {
		return this.fixture.client(url() + "?initialize-schema=always");
	}

	Placement enqueue(BackendSession session) {
		return this.fixture.enqueue(session, this.queue);
	}

	Link link() throws SQLException {
		return link(connect());
	}

	Link link(Connection connection) throws SQLException {
		Link link = Link.open(() -> connection, JdbcFixture.CALL_TIMEOUT, false, Clock.SYSTEM);
		link.begin(Clock.SYSTEM.nanoTime() + TTL.toNanos());
		this.links.add(link);
		return link;
	}

	private int queues(Link link) throws SQLException {
		return link
			.first("select count(*) from coordination_queue where directory = ?", (rows) -> rows.getInt(1),
					Names.of(this.queue))
			.orElseThrow();
	}

	/** How many microseconds a session has left by the database's clock. */
	private static long left(Link link, BackendSession session) throws SQLException {
		return link
			.first("select expires_at - " + link.dialect().now() + " from coordination_session where id = ?",
					(rows) -> rows.getLong(1), session.id())
			.orElseThrow();
	}

	/** Two seconds long: what does not wait is done long before. */
	static void assertWaits(CompletableFuture<?> call) {
		Awaitility.await()
			.during(Duration.ofSeconds(2))
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(call).isNotDone());
	}

}
