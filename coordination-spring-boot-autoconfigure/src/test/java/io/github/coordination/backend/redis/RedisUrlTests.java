package io.github.coordination.backend.redis;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;
import io.github.coordination.CoordinationException;
import io.github.coordination.Guarantees;
import io.github.coordination.Guarantees.Characteristic;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.EntryKey;
import io.github.coordination.spi.Watch;

import static io.github.coordination.backend.redis.RedisFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Urls, who may connect, and what a server says of itself.
 */
@Tag("redis")
@ExtendWith(OutputCaptureExtension.class)
class RedisUrlTests {

	private static final Duration TTL = RedisFixture.TTL;

	private static final String SECRET = "s3cr3t-m4rk3r";

	/** As the documentation has it. */
	private static final String[] LEAST_PRIVILEGE = { "resetkeys", "~{coordination:*", "resetchannels",
			"&{coordination:*", "-@all", "+ping", "+hello", "+subscribe", "+unsubscribe", "+eval", "+evalsha",
			"+exists", "+get", "+set", "+del", "+pexpire", "+pttl", "+time", "+publish", "+hget", "+hgetall",
			"+hexists", "+hlen", "+hset", "+hsetnx", "+hdel", "+sadd", "+smembers", "+spop", "+srem", "+zadd",
			"+zrange", "+zrangebyscore", "+zrem", "+zscore" };

	private final RedisFixture client = new RedisFixture();

	private final Messages log = new Messages();

	@BeforeAll
	static void loadTheClient() {
		RedisTimes.warmUp(RedisServer.shared());
	}

	@BeforeEach
	void listen() {
		this.log.setLevel(Level.ALL);
		Logger.getLogger("").addHandler(this.log);
	}

	@AfterEach
	void close() {
		Logger.getLogger("").removeHandler(this.log);
		this.client.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			redis://a,b                             | names several servers
			redis://a/x                             | database is not a number
			redis://a:0                             | not of the form host or host:port
			redis://a:x                             | not of the form host or host:port
			redis://:6379                           | not of the form host or host:port
			redis:a                                 | names no server
			rediss:                                 | names no server
			redis-sentinel:                         | names no server
			redis://a?timeout=1s                    | option 'timeout' is not known
			redis://a?ca=/tmp/x                     | option 'ca' is not known
			redis://a?restart-delay=15              | is not a number of seconds
			redis-sentinel://a:26379                | which master the Sentinels watch
			redis-sentinel://a,b/name/x             | database is not a number
			redis-cluster://a,b/1                   | a cluster has only one
			rediss://a?ca=/does/not/exist           | ca
			""")
	void urlThatCannotWorkIsRefused(String url, String problem) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> this.client.connect(url))
			.withMessageContaining(problem);
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis://a", "redis://:p@a:1/15", "redis://u:p%40@[::1]:6379", "rediss://a",
			"redis-sentinel://u:p@a,b:2/m/3?sentinel-username=u&sentinel-password=p", "rediss-cluster://a:1,b:2",
			"redis://a?restart-delay=15s" })
	void urlThatCanWorkIsTakenThoughNobodyIsThere(String url) {
		assertThat(this.client.connect(url)).isNotNull();
	}

	@Test
	void whatSentinelsAndClustersPromiseIsKnownWithoutAskingThem() throws IOException {
		try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			nobody.setSoTimeout(1);
			String host = "127.0.0.1:" + nobody.getLocalPort();

			assertThat(this.client.connect("redis-sentinel://" + host + "/m").guarantees().watch())
				.isEqualTo(Guarantees.WatchKind.PUSH);
			assertThat(this.client.connect("redis-cluster://" + host).guarantees().watch())
				.isEqualTo(Guarantees.WatchKind.PUSH_AND_POLL);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(nobody::accept);
		}
	}

	@Test
	void bareSchemeTakesTheApplicationsSettingsAndLeavesItsConnectionsAlone() {
		RedisStandaloneConfiguration server = new RedisStandaloneConfiguration("127.0.0.1",
				RedisServer.shared().port());
		server.setDatabase(3);
		LettuceConnectionFactory factory = new LettuceConnectionFactory(server);
		factory.afterPropertiesSet();
		RedisBackend backend = this.client.connect("redis:", TTL, ClientSource.of(factory));
		BackendSession session = backend.open(TTL);
		Directory directory = this.client.directory("d");
		session.create(directory.entry("a"), bytes("v"));

		assertThat(this.client.connect(RedisServer.shared().url() + "/3").list(directory)).hasSize(1);
		backend.close();
		assertThat(factory.getConnection().ping()).isEqualTo("PONG");
		factory.destroy();
	}

	@Test
	void bareSchemeTakesTheServerThatTheFactoryUsesHoweverItWasMade() {
		RedisStandaloneConfiguration server = new RedisStandaloneConfiguration("127.0.0.1",
				RedisServer.shared().port());
		server.setDatabase(4);
		LettuceConnectionFactory factory = new LettuceConnectionFactory((RedisConfiguration) server);
		RedisBackend backend = this.client.connect("redis:", TTL, ClientSource.of(factory));
		EntryKey key = this.client.directory("d").entry("a");

		backend.create(key, bytes("v"));

		assertThat(this.client.connect(RedisServer.shared().url() + "/4").get(key)).isPresent();
	}

	@Test
	void staticMasterAndReplicasAreRefused() {
		RedisStaticMasterReplicaConfiguration nodes = new RedisStaticMasterReplicaConfiguration("127.0.0.1",
				RedisServer.shared().port());
		nodes.setPassword(SECRET);
		LettuceConnectionFactory factory = new LettuceConnectionFactory(nodes);

		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> this.client.connect("redis:", TTL, ClientSource.of(factory)))
			.withMessageContaining("does not say which server");
	}

	@Test
	void bareSchemeNeedsAFactoryItCanTakeOver() {
		RedisConnectionFactory other = (RedisConnectionFactory) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RedisConnectionFactory.class },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> 1;
					default -> "other";
				});

		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> this.client.connect("redis:", TTL, ClientSource.of(other)))
			.withMessageContaining("cannot be taken over");
		assertThatExceptionOfType(ConfigurationException.class)
			.isThrownBy(() -> this.client.connect("redis:", TTL, ClientSource.of()))
			.withMessageContaining("has no RedisConnectionFactory");
	}

	@Test
	void userWithTheLeastPrivilegeCanDoEverything() {
		try (RedisServer server = RedisServer.start()) {
			server.run(concat(new String[] { "ACL", "SETUSER", "app", "on", ">" + SECRET }, LEAST_PRIVILEGE));
			RedisBackend backend = this.client.connect("redis://app:" + SECRET + "@127.0.0.1:" + server.port());
			BackendSession session = backend.open(TTL);
			Directory queue = this.client.queue("q");
			try (Watch watch = backend.watch(queue, (change) -> {
			})) {
				assertThat(watch).isNotNull();
				Entry first = session.enqueue(queue, session.id() + ".1", "x", bytes("v"), 9).orElseThrow().entry();
				session.enqueue(queue, session.id() + ".2", "x", bytes("v"), 9).orElseThrow();
				RedisSession dead = (RedisSession) backend.open(TTL);
				dead.enqueue(queue, dead.id() + ".1", "x", bytes("v"), 9);
				RedisTimes.expire(server, dead);
				assertThat(session.renew()).isNotNull();
				assertThat(session.delete(first)).isTrue();
				assertThat(session.entries()).hasSize(1);
				Entry persistent = backend.create(this.client.directory("d").entry("a"), bytes("v")).orElseThrow();
				Entry replaced = backend.replace(persistent, bytes("w")).orElseThrow();
				assertThat(backend.get(persistent.key())).isPresent();
				assertThat(backend.delete(replaced)).isTrue();
				assertThat(backend.list(queue)).hasSize(1);
			}
			session.close();
			assertThat(backend.list(queue)).isEmpty();
			assertThat(backend.guarantees().level()).isEqualTo(Guarantees.Level.BEST_EFFORT);
			assertThat(session.grant().storeIdentity()).endsWith("-");
		}
	}

	@Test
	void userOfAnotherPrefixIsRefused() {
		try (RedisServer server = RedisServer.start()) {
			server.run("ACL", "SETUSER", "app", "on", ">" + SECRET, "~other*", "&*", "+@all");
			RedisBackend backend = this.client.connect("redis://app:" + SECRET + "@127.0.0.1:" + server.port());

			// the client may call itself connected a moment before it takes commands
			RedisFixture.eventually()
				.untilAsserted(() -> assertThatExceptionOfType(BackendUnavailableException.class)
					.isThrownBy(() -> backend.open(TTL))
					.withMessageContaining("NOPERM"));
		}
	}

	@Test
	void secretsAreNeitherInFailuresNorInTheLog(CapturedOutput output) {
		try (RedisServer server = RedisServer.start("--requirepass", "another")) {
			for (String url : new String[] { "redis://user:" + SECRET + "@127.0.0.1:" + server.port(),
					"redis://" + SECRET + "@127.0.0.1:" + server.port(), "redis://:" + SECRET + "@127.0.0.1:1",
					"redis-sentinel://:" + SECRET + "@127.0.0.1:1/m?sentinel-password=" + SECRET,
					"redis-cluster://:" + SECRET + "@127.0.0.1:" + server.port() }) {
				RedisBackend backend = this.client.connect(url);
				assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> backend.open(TTL))
					.satisfies((failure) -> assertThat(trace(failure)).doesNotContain(SECRET));
				assertThatExceptionOfType(CoordinationException.class)
					.isThrownBy(() -> backend.watch(this.client.queue("q"), (change) -> {
					}))
					.satisfies((failure) -> assertThat(trace(failure)).doesNotContain(SECRET));
				assertThat(backend.guarantees()).isNotNull();
			}
		}
		assertThat(output.getAll()).doesNotContain(SECRET);
		assertThat(this.log.messages).noneMatch((message) -> message.contains(SECRET));
	}

	@Test
	void serverThatForcesEveryWriteToTheDiskIsASingleAuthority() {
		try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
			RedisBackend backend = this.client.connect(server.url());

			Guarantees guarantees = backend.guarantees();

			assertThat(guarantees.level()).isEqualTo(Guarantees.Level.SINGLE);
			assertThat(guarantees.characteristics()).contains(Characteristic.LINEARIZABLE);
			assertThat(backend.open(TTL).grant().storeIdentity()).matches("[0-9a-v]{16}-[0-9a-f]{40}");

			server.run("CONFIG", "SET", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru");
			assertThat(this.client.connect(server.url()).guarantees().level()).isEqualTo(Guarantees.Level.BEST_EFFORT);
			backend.open(TTL);
			assertThat(backend.guarantees().level()).isEqualTo(Guarantees.Level.BEST_EFFORT);
			server.run("CONFIG", "SET", "maxmemory-policy", "noeviction");
			assertThat(this.client.connect(server.url()).guarantees().level()).isEqualTo(Guarantees.Level.SINGLE);
			server.run("CONFIG", "SET", "appendfsync", "everysec");
			assertThat(this.client.connect(server.url()).guarantees().level()).isEqualTo(Guarantees.Level.BEST_EFFORT);
		}
	}

	@Test
	void evictionIsWarnedOf() {
		try (RedisServer server = RedisServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) {
			this.client.connect(server.url()).open(TTL);
		}
		assertThat(this.log.messages).anyMatch((message) -> message.contains("set maxmemory-policy to noeviction"));
	}

	private static String trace(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private static String[] concat(String[] first, String[] second) {
		String[] all = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, all, first.length, second.length);
		return all;
	}

	/**
	 * What the library itself logs.
	 */
	private static final class Messages extends Handler {

		private final List<String> messages = new CopyOnWriteArrayList<>();

		@Override
		public void publish(LogRecord entry) {
			this.messages.add(entry.getMessage() + Arrays.toString(entry.getParameters()));
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
