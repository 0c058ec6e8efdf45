package io.github.coordination.backend.zookeeper;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.apache.curator.framework.AuthInfo;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees.Level;
import io.github.coordination.IndeterminateResultException;
import io.github.coordination.SessionLostException;
import io.github.coordination.server.FreePorts;
import io.github.coordination.server.ZooKeeperServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.Change;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.Placement;
import io.github.coordination.spi.Placement.Ahead;
import io.github.coordination.spi.TestEnvironment;
import io.github.coordination.spi.Watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What is ZooKeeper's own: its traps, urls, users, and the application's client.
 */
@Tag("zookeeper")
class ZooKeeperBackendTests {

	private static final Duration TTL = Duration.ofSeconds(10);

	private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

	private final ZooKeeperServer server = ZooKeeperServer.shared();

	private final TestEnvironment environment = new TestEnvironment();

	private final String namespace = "own-" + this.environment.environment().newId();

	private final String node = "/own/" + this.namespace;

	private final Directory queue = new Directory(this.namespace, "lock", "q");

	private final Directory directory = new Directory(this.namespace, "group", "d");

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void closeEverything() throws Exception {
		for (AutoCloseable each : this.open) {
			each.close();
		}
		this.environment.close();
	}

	@Test
	void oldSessionsEntryIsNotTheNewOnes() {
		CoordinationBackend backend = backend();
		BackendSession old = backend.open(TTL);
		Entry entry = old.create(this.directory.entry("a"), VALUE).orElseThrow();
		Sessions.cut(old);
		BackendSession successor = backend.open(TTL);

		assertThat(successor.create(entry.key(), VALUE)).as("while the old one dies").isEmpty();
		assertThat(successor.entries()).isEmpty();
		assertThat(successor.delete(entry)).isFalse();
		assertThat(successor.replace(entry, VALUE)).isEmpty();
		assertThat(backend.get(entry.key())).get().extracting(Entry::sessionId).isEqualTo(old.id());
	}

	@Test
	void deletionDoesNotHitAnotherEntryOfTheSameKeyAndVersion() {
		CoordinationBackend other = backend();
		BackendSession session = backend().open(TTL);
		BackendSession successor = other.open(TTL);
		Entry old = session.create(this.directory.entry("a"), VALUE).orElseThrow();
		Entry persistent = other.create(this.directory.entry("p"), VALUE).orElseThrow();
		assertThat(other.delete(old)).isTrue();
		assertThat(other.delete(persistent)).isTrue();
		Entry next = successor.create(old.key(), VALUE).orElseThrow();
		other.create(persistent.key(), VALUE).orElseThrow();

		assertThat(session.delete(old)).isFalse();
		assertThat(session.replace(old, VALUE)).isEmpty();
		assertThat(other.delete(old)).isFalse();
		assertThat(other.delete(persistent)).isFalse();
		assertThat(other.list(this.directory)).extracting(Entry::createRevision).contains(next.createRevision());
		assertThat(successor.delete(next)).isTrue();
	}

	@Test
	void numbersAreWrittenAsTheServerWritesThem() {
		assertThat(Layout.numbered("/q/a.x.", Integer.MIN_VALUE)).isEqualTo("/q/a.x.-2147483648");
		assertThat(Layout.numbered("/q/a.x.", -5)).isEqualTo("/q/a.x.-000000005");
		assertThat(Layout.numbered("/q/a.x.", 42)).isEqualTo("/q/a.x.0000000042");
	}

	@Test
	void emptyDirectoryIsRemovedByTheServerAndRevisionsAndWatchesGoOn() {
		CoordinationBackend backend = backend();
		BackendSession session = backend.open(TTL);
		List<Change> changes = new CopyOnWriteArrayList<>();
		try (Watch watch = backend.watch(this.queue, changes::add)) {
			assertThat(watch).isNotNull();
			Entry first = enqueue(session, 1).entry();
			session.delete(first);

			eventually().pollInterval(Duration.ofMillis(50)).until(() -> !exists(this.node + "/lock/q"));

			session.renew();
			Entry second = enqueue(session, 2).entry();
			assertThat(second.createRevision()).isGreaterThan(first.createRevision());
			assertThat(backend.list(this.queue)).extracting(Entry::id).containsExactly(second.id());
			eventually().until(() -> changes.contains(Change.written(second.id())));
			assertThat(changes).doesNotContain(Change.UNKNOWN);
		}
	}

	@Test
	void removedNamespaceIsAnotherStore() {
		CoordinationBackend backend = backend();
		BackendSession session = backend.open(TTL);
		String identity = session.grant().storeIdentity();
		enqueue(session, 1);

		Sessions.run(this.server, (handle) -> removeAll(handle, this.node));

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		BackendSession next = backend.open(TTL);
		assertThat(next.grant().storeIdentity()).isNotEqualTo(identity);
		assertThat(enqueue(next, 1).ahead()).isEmpty();
		assertThat(backend.create(this.directory.entry("a"), VALUE)).isPresent();
	}

	@Test
	void namespaceOfANewerVersionIsRefused() {
		backend().open(TTL);
		Sessions.run(this.server,
				(handle) -> handle.setData(this.node, "coordination 2 abc".getBytes(StandardCharsets.US_ASCII), -1));

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend().open(TTL))
			.withMessageContaining("format version 2");
	}

	@Test
	void nodeThatIsNoNamespaceIsRefused() {
		Sessions.run(this.server, (handle) -> Sessions.create(handle, this.node, new byte[] { 1 }));

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend().open(TTL))
			.withMessageContaining("was not written by this library");
	}

	@Test
	void namespaceMayBeMadeByAnAdministrator() {
		Sessions.run(this.server, (handle) -> Sessions.create(handle, this.node, new byte[0]));

		assertThat(enqueue(backend().open(TTL), 1).ahead()).isEmpty();
	}

	@Test
	void silentServerIsUnavailableAndSaysNoSecret() {
		String url = "zookeeper://user:sesame@127.0.0.1:" + FreePorts.take();
		CoordinationBackend backend = backend(url, ClientSource.of());

		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.list(this.queue))
			.satisfies((ex) -> assertThat(ex.toString() + ex.getCause()).doesNotContain("sesame", "user"));
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.open(TTL));
		assertThat(backend.toString()).doesNotContain("sesame");
	}

	@ParameterizedTest
	@MethodSource("wrongUrls")
	void urlThatCannotWorkIsRefused(String url, String problem) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend(url, ClientSource.of()))
			.withMessageContaining(problem)
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("sesame"));
	}

	static Stream<Arguments> wrongUrls() {
		return Stream.of(arguments("zookeeper:", "has no CuratorFramework"),
				arguments("zookeeper:///path", "has no CuratorFramework"), arguments("zookeepers:", "names no server"),
				arguments("zookeeper://h1:2181,,h2:2181", "host:port"), arguments("zookeeper://h1:a", "host:port"),
				arguments("zookeeper://sesame@h1", "user:password"),
				arguments("zookeeper://:sesame@h1", "user:password"),
				arguments("zookeeper://u:ses@ame@h1:x", "host:port"), arguments("zookeeper://h1/a//b", "its path"),
				arguments("zookeeper://h1?acl=all", "'all'"), arguments("zookeeper://h1?ttl=5", "'ttl'"),
				arguments("zookeeper://h1?ca=/x", "'ca'"), arguments("zookeepers://h1?ca=/not/there", "cannot be read"),
				arguments("zookeepers://h1?certificate=/x", "only one"));
	}

	@Test
	void severalServersAreAQuorum() {
		assertThat(backend("zookeeper://h1:2181,h2:2181,[::1]:2181/a", ClientSource.of()).guarantees().level())
			.isEqualTo(Level.QUORUM);
		assertThat(backend("zookeeper://h1", ClientSource.of()).guarantees().level()).isEqualTo(Level.SINGLE);
	}

	@Test
	void nodesOfAUserAreTheUsersAlone() {
		String url = "zookeeper://anna:pass%2Fword@" + this.server.address() + "/own";
		CoordinationBackend backend = backend(url, ClientSource.of());
		BackendSession session = backend.open(TTL);
		Entry queued = enqueue(session, 1).entry();
		session.create(this.directory.entry("a"), VALUE);
		backend.create(this.directory.entry("p"), VALUE);

		Sessions.run(this.server, (handle) -> {
			handle.addAuthInfo("digest", "anna:pass/word".getBytes(StandardCharsets.UTF_8));
			for (String path : List.of("", "/lock", "/lock/q", "/group", "/.sessions", "/.guards")) {
				List<ACL> acl = handle.getACL(this.node + path, new Stat());
				assertThat(acl).singleElement().satisfies((each) -> {
					assertThat(each.getId().getScheme()).isEqualTo("digest");
					assertThat(each.getId().getId()).startsWith("anna:");
				});
			}
		});
		CoordinationBackend stranger = backend("zookeeper://anna:guess@" + this.server.address() + "/own",
				ClientSource.of());
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> stranger.open(TTL))
			.withMessageContaining("does not permit")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("guess"));
		CoordinationBackend again = backend(url, ClientSource.of());
		assertThat(again.list(this.queue)).extracting(Entry::id).containsExactly(queued.id());
		assertThat(again.delete(queued)).isTrue();
	}

	@Test
	void nobodyIsNoCreator() {
		CoordinationBackend backend = backend("zookeeper://" + this.server.address() + "/own?acl=creator",
				ClientSource.of());

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
			.withMessageContaining("nobody");
	}

	@Test
	void userNeedsNothingButANodeThatAnAdministratorMade() {
		List<ACL> readable = Collections.singletonList(new ACL(ZooDefs.Perms.READ, new Id("world", "anyone")));
		String root = "/only-" + this.namespace;
		Sessions.run(this.server, (handle) -> {
			handle.addAuthInfo("digest", "app:secret".getBytes(StandardCharsets.UTF_8));
			Sessions.create(handle, root + "/" + this.namespace, new byte[0]);
			handle.setACL(root + "/" + this.namespace,
					Collections.singletonList(new ACL(ZooDefs.Perms.ALL, new Id("auth", ""))), -1);
			handle.setACL(root, readable, -1);
		});
		CoordinationBackend backend = backend("zookeeper://app:secret@" + this.server.address() + root,
				ClientSource.of());

		BackendSession session = backend.open(TTL);
		Entry queued = enqueue(session, 1).entry();
		session.create(this.directory.entry("a"), VALUE);
		backend.create(this.directory.entry("p"), VALUE);
		assertThat(session.renew()).isEqualTo(session.grant());
		assertThat(backend.list(this.directory)).extracting(Entry::id).containsExactlyInAnyOrder("a", "p");
		assertThat(session.delete(queued)).isTrue();
		CoordinationBackend stranger = backend("zookeeper://" + this.server.address() + root, ClientSource.of());
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> stranger.open(TTL))
			.withMessageContaining("does not permit");
	}

	@Test
	void nodesMadeThroughTheApplicationsClientAreOpenUnlessTheUrlSaysOtherwise() throws Exception {
		CuratorFramework client = application("", "anna:password");
		BackendSession own = backend("zookeeper:/own?acl=creator", ClientSource.of(client)).open(TTL);
		enqueue(own, 1);
		String root = "/open-" + this.namespace;
		enqueue(backend("zookeeper:" + root, ClientSource.of(client)).open(TTL), 1);

		for (String path : List.of("", "/lock", "/lock/q", "/.sessions", "/.guards")) {
			assertThat(client.getACL().forPath(this.node + path)).singleElement()
				.satisfies((each) -> assertThat(each.getId().getId()).startsWith("anna:"));
			assertThat(client.getACL().forPath(root + "/" + this.namespace + path))
				.containsExactly(new ACL(ZooDefs.Perms.ALL, new Id("world", "anyone")));
		}
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend().open(TTL))
			.withMessageContaining("does not permit");
	}

	@Test
	void nobodyIsNoCreatorThroughTheApplicationsClientEither() {
		CoordinationBackend backend = backend("zookeeper:/own?acl=creator", ClientSource.of(application("")));

		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> backend.open(TTL))
			.withMessageContaining("nobody");
	}

	@Test
	void applicationsClientIsUsedAndLeftAsItWas() throws Exception {
		CuratorFramework client = application("app-" + this.namespace);
		CoordinationBackend reader = backend(
				"zookeeper://" + this.server.address() + "/app-" + this.namespace + "/coordination", ClientSource.of());
		CoordinationBackend backend = backend("zookeeper:", ClientSource.of(client));
		List<Change> changes = new CopyOnWriteArrayList<>();
		backend.watch(this.queue, changes::add);
		BackendSession session = backend.open(TTL);
		Entry entry = enqueue(session, 1).entry();
		session.create(this.directory.entry("a"), VALUE);
		eventually().until(() -> changes.contains(Change.written(entry.id())));

		assertThat(reader.list(this.queue)).extracting(Entry::id).containsExactly(entry.id());
		long application = client.getZookeeperClient().getZooKeeper().getSessionId();
		session.close();

		assertThat(reader.list(this.queue)).isEmpty();
		assertThat(reader.list(this.directory)).isEmpty();
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(() -> enqueue(session, 2));
		BackendSession next = backend.open(TTL);
		assertThat(next.id()).isNotEqualTo(session.id());
		assertThat(next.entries()).isEmpty();
		enqueue(next, 1);
		backend.close();
		assertThat(client.getZookeeperClient().getZooKeeper().getSessionId()).isEqualTo(application);
		client.create().forPath("/still-open");
	}

	@Test
	void sessionOfTheApplicationsClientThatIsNotRenewedEnds() {
		CuratorFramework client = application("");
		CoordinationBackend backend = backend("zookeeper:/own", ClientSource.of(client));
		BackendSession session = backend.open(TTL);
		enqueue(session, 1);
		CoordinationBackend reader = backend();

		assertThat(session.grant().ttl()).as("that of the application").isEqualTo(Duration.ofSeconds(2));
		eventually().until(() -> reader.list(this.queue).isEmpty());
		assertThatExceptionOfType(SessionLostException.class).isThrownBy(session::renew);
		assertThat(client.getZookeeperClient().isConnected()).isTrue();
	}

	@Test
	void expiryOfTheApplicationsSessionIsALossAndItsSuccessorServes() {
		CuratorFramework client = application("");
		CoordinationBackend backend = backend("zookeeper:/own", ClientSource.of(client));
		BackendSession session = backend.open(TTL);
		Entry entry = enqueue(session, 1).entry();
		List<Change> changes = new CopyOnWriteArrayList<>();
		backend.watch(this.queue, changes::add);

		Sessions.kill(this.server, session);

		assertThatExceptionOfType(SessionLostException.class).isThrownBy(() -> {
			while (true) {
				renewPatiently(session);
			}
		});
		assertThat(session.isOver()).isTrue();
		BackendSession next = awaitSession(backend);
		assertThat(next.entries()).isEmpty();
		int known = changes.size();
		Entry second = enqueue(next, 1).entry();
		assertThat(second.createRevision()).isGreaterThan(entry.createRevision());
		eventually().until(() -> changes.subList(known, changes.size()).contains(Change.written(second.id()))
				|| changes.subList(known, changes.size()).contains(Change.UNKNOWN));
	}

	@Test
	void backendsOnOneClientDoNotTakeEachOthersWatches() {
		CuratorFramework client = application("");
		CoordinationBackend first = backend("zookeeper:/own", ClientSource.of(client));
		CoordinationBackend second = backend("zookeeper:/own", ClientSource.of(client));
		List<Change> changes = new CopyOnWriteArrayList<>();
		first.watch(this.queue, (change) -> {
		});
		second.watch(this.queue, changes::add);

		first.close();

		eventually().until(() -> changes.contains(Change.UNKNOWN));
		BackendSession session = second.open(TTL);
		Entry entry = enqueue(session, 1).entry();
		eventually().until(() -> changes.contains(Change.written(entry.id())));
	}

	private static void renewPatiently(BackendSession session) {
		try {
			session.renew();
		}
		catch (BackendUnavailableException | IndeterminateResultException ex) {
			// not yet connected again
		}
	}

	private static BackendSession awaitSession(CoordinationBackend backend) {
		List<BackendSession> opened = new ArrayList<>();
		eventually().ignoreExceptionsInstanceOf(BackendUnavailableException.class)
			.until(() -> opened.add(backend.open(TTL)));
		return opened.get(0);
	}

	private Placement enqueue(BackendSession session, int number) {
		return session.enqueue(this.queue, session.id() + "." + number, "x", VALUE, Integer.MAX_VALUE).orElseThrow();
	}

	private CoordinationBackend backend() {
		return backend("zookeeper://" + this.server.address() + "/own", ClientSource.of());
	}

	private CoordinationBackend backend(String url, ClientSource clients) {
		CoordinationBackend backend = new ZooKeeperBackendProvider().create(new BackendConfig(BackendUrl.parse(url),
				this.namespace, TTL, TTL.dividedBy(6), this.environment.environment(), clients));
		this.open.add(backend);
		return backend;
	}

	private CuratorFramework application(String namespace) {
		return application(namespace, null);
	}

	private CuratorFramework application(String namespace, String user) {
		CuratorFramework client = CuratorFrameworkFactory.builder()
			.authorization(
					(user != null) ? List.of(new AuthInfo("digest", user.getBytes(StandardCharsets.UTF_8))) : List.of())
			.connectString(this.server.address())
			.namespace(namespace.isEmpty() ? null : namespace)
			.sessionTimeoutMs(2000)
			.connectionTimeoutMs(2000)
			.retryPolicy(new RetryOneTime(1))
			.build();
		client.start();
		this.open.add(client);
		return client;
	}

	private boolean exists(String path) {
		boolean[] exists = new boolean[1];
		Sessions.run(this.server, (handle) -> exists[0] = handle.exists(path, false) != null);
		return exists[0];
	}

	private static void removeAll(ZooKeeper handle, String path) throws KeeperException, InterruptedException {
		for (String child : handle.getChildren(path, false)) {
			removeAll(handle, path + "/" + child);
		}
		handle.delete(path, -1);
	}

	private static ConditionFactory eventually() {
		return Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5));
	}

}
