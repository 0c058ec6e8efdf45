package io.github.coordination.backend.zookeeper;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.coordination.ClientSource;
import io.github.coordination.server.ZooKeeperServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.SessionGrant;
import io.github.coordination.spi.TestEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("zookeeper")
class ZooKeeperSessionTests {

	private static final String NAMESPACE = "sessions";

	private static final Directory QUEUE = new Directory(NAMESPACE, "queue", "orders");

	private static final Directory MAP = new Directory(NAMESPACE, "map", "orders");

	private static final Duration TTL = Duration.ofSeconds(6);

	private static final byte[] VALUE = { 1 };

	private final TestEnvironment environment = new TestEnvironment();

	@AfterEach
	void close() {
		this.environment.close();
	}

	@Test
	void anAttemptWhoseEntryWasRemovedNeverGetsAnother() {
		try (CoordinationBackend backend = backend(address() + "/attempts", ClientSource.of());
				BackendSession session = backend.open(TTL)) {
			String attempt = session.id() + ".1";
			Entry first = session.enqueue(QUEUE, attempt, "x", VALUE, 0).map(Placement::entry).orElseThrow();
			assertThat(backend.delete(first)).isTrue();
			assertThat(session.enqueue(QUEUE, attempt, "x", VALUE, 0)).isEmpty();
			assertThat(session.enqueue(QUEUE, attempt, "x", VALUE, 0)).isEmpty();
			assertThat(backend.list(QUEUE)).isEmpty();
		}
	}

	@Test
	void aRepeatedAttemptIsPlacedInOneViewWithWhatIsAhead() {
		try (CoordinationBackend backend = backend(address() + "/repeated", ClientSource.of());
				BackendSession first = backend.open(TTL);
				BackendSession second = backend.open(TTL)) {
			first.enqueue(QUEUE, first.id() + ".1", "x", VALUE, 0).orElseThrow();
			Optional<Placement> placed = second.enqueue(QUEUE, second.id() + ".1", "x", VALUE, 1);
			assertThat(placed).isPresent();
			Placement again = second.enqueue(QUEUE, second.id() + ".1", "x", VALUE, 1).orElseThrow();
			assertThat(again.entry().createRevision()).isEqualTo(placed.get().entry().createRevision());
			assertThat(again.ahead()).containsExactly(new Ahead(first.id() + ".1", "x"));
		}
	}

	@Test
	void whatWasGrantedAtFirstIsKept() {
		try (CoordinationBackend backend = backend(address() + "/granted", ClientSource.of());
				BackendSession session = backend.open(TTL)) {
			SessionGrant opened = session.grant();
			assertThat(session.renew()).isEqualTo(opened);
			assertThat(session.grant()).isSameAs(opened);
		}
	}

	@Test
	void findsAndRemovesItsEntriesBelowTheChrootOfTheApplicationsClient() {
		Sessions.run(ZooKeeperServer.shared(), (handle) -> Sessions.create(handle, "/app", new byte[0]));
		try (CuratorFramework client = CuratorFrameworkFactory.newClient(ZooKeeperServer.shared().address() + "/app",
				new RetryOneTime(100))) {
			client.start();
			try (CoordinationBackend backend = backend("zookeeper:", ClientSource.of(client))) {
				BackendSession session = backend.open(TTL);
				session.enqueue(QUEUE, session.id() + ".1", "x", VALUE, 0).orElseThrow();
				session.create(MAP.entry("key"), VALUE).orElseThrow();
				assertThat(session.entries()).extracting((entry) -> entry.key().id())
					.containsExactlyInAnyOrder(session.id() + ".1", "key");
				session.close();
				assertThat(backend.list(QUEUE)).isEmpty();
				assertThat(backend.list(MAP)).isEmpty();
				assertThat(client.getZookeeperClient().isConnected()).isTrue();
			}
		}
	}

	@Test
	void numbersTellWhatIsAheadUntilTheyAreUsedUp() {
		assertThat(Ranking.byNumber(List.of("c.x.0000000003", "a.y.0000000001", "foreign", "b.x.0000000002"), 3))
			.containsExactly(new Ahead("a", "y"), new Ahead("b", "x"));
		assertThat(Ranking.byNumber(List.of("a.x.2147483647", "b.x.2147483647"), Integer.MAX_VALUE)).isNull();
		assertThat(Ranking.byNumber(List.of("a.x.2147483646", "b.x.-2147483648"), 2147483646)).isNull();
	}

	private static String address() {
		return "zookeeper://" + ZooKeeperServer.shared().address();
	}

	private CoordinationBackend backend(String url, ClientSource clients) {
		return new ZooKeeperBackendProvider().create(new BackendConfig(BackendUrl.parse(url), NAMESPACE, TTL,
				TTL.dividedBy(6), this.environment.environment(), clients));
	}

}
