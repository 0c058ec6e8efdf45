package io.github.coordination.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import org.assertj.core.api.AbstractThrowableAssert;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.backend.consul.ConsulBackendProvider;
import io.github.coordination.backend.etcd.EtcdBackendProvider;
import io.github.coordination.backend.memcached.MemcachedBackendProvider;
import io.github.coordination.backend.redis.RedisBackendProvider;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.ConsulServer;
import io.github.coordination.server.EtcdServer;
import io.github.coordination.server.MemcachedServer;
import io.github.coordination.server.RedisServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.TestEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@code coordination.ssl.bundle}, against servers that ask for a certificate.
 */
class SslBundleTests {

	private static final Duration TTL = Duration.ofSeconds(15);

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private static Certificates others;

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, CoordinationAutoConfiguration.class));

	@BeforeAll
	static void createCertificates() throws IOException {
		certificates = Certificates.create(Files.createDirectory(directory.resolve("used")));
		others = Certificates.create(Files.createDirectory(directory.resolve("others")));
	}

	@Test
	@Tag("memcached")
	void memcachedIsSpokenToWithTheCertificatesOfTheBundle() {
		try (MemcachedServer server = MemcachedServer.start(certificates)) {
			assertBundleIsUsed("memcacheds://localhost:" + server.port());
		}
	}

	@Test
	@Tag("consul")
	void consulIsSpokenToWithTheCertificatesOfTheBundle() {
		try (ConsulServer server = ConsulServer.start(certificates)) {
			assertBundleIsUsed("consuls://localhost:" + server.port());
		}
	}

	@Test
	@Tag("etcd")
	void etcdIsSpokenToWithTheCertificatesOfTheBundle() {
		try (EtcdServer server = EtcdServer.start(certificates)) {
			assertBundleIsUsed("etcds://localhost:" + server.port());
		}
	}

	@Test
	@Tag("redis")
	void redisIsSpokenToWithTheCertificatesOfTheBundle() {
		try (RedisServer server = RedisServer.start(certificates)) {
			assertBundleIsUsed("rediss://localhost:" + server.port());
		}
	}

	@Test
	@Tag("etcd")
	void reloadedBundleIsUsedByTheNextConnectionToEtcd() {
		try (EtcdServer server = EtcdServer.start(certificates)) {
			assertBundleIsFollowed(new EtcdBackendProvider(), "etcds://localhost:" + server.port());
		}
	}

	@Test
	@Tag("redis")
	void reloadedBundleIsUsedByTheNextConnectionToRedis() {
		try (RedisServer server = RedisServer.start(certificates)) {
			assertBundleIsFollowed(new RedisBackendProvider(), "rediss://localhost:" + server.port());
		}
	}

	@Test
	@Tag("memcached")
	void reloadedBundleIsUsedByTheNextConnectionToMemcached() {
		try (MemcachedServer server = MemcachedServer.start(certificates)) {
			assertBundleIsFollowed(new MemcachedBackendProvider(), "memcacheds://localhost:" + server.port());
		}
	}

	@Test
	@Tag("consul")
	void reloadedBundleIsUsedByTheNextConnectionToConsul() {
		try (ConsulServer server = ConsulServer.start(certificates)) {
			assertBundleIsFollowed(new ConsulBackendProvider(), "consuls://localhost:" + server.port());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "local:x", "file:%s", "zookeepers://localhost:1" })
	void bundleThatNobodyUsesFailsTheStart(String url) {
		with(certificates, certificates)
			.withPropertyValues("coordination.url=" + url.formatted(directory.resolve("files")),
					"coordination.connect-timeout=1s")
			.run((context) -> assertThat(context).hasFailed());
		with(certificates, certificates).withPropertyValues("coordination.url=local:" + UUID.randomUUID())
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(ConfigurationException.class,
						(failure) -> assertThat(failure.setting()).isEqualTo("coordination.ssl.bundle")));
	}

	@Test
	void bundleThatIsNotDefinedFailsTheStart() {
		this.bare.withPropertyValues("coordination.ssl.bundle=store", "coordination.url=local:x")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("store"));
	}

	private void assertBundleIsUsed(String url) {
		// the first handshake of a JVM takes long on a machine with much to do
		with(certificates, certificates)
			.withPropertyValues("coordination.url=" + url, "coordination.ttl=1m", "coordination.connect-timeout=30s")
			.run((context) -> assertThat(context.getBean(Coordinator.class).lock("a").tryAcquire()).isPresent());
		assertRefused(with(others, certificates), url);
		assertRefused(with(certificates, others), url).hasStackTraceContaining("ignature");
	}

	private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(ApplicationContextRunner runner,
			String url) {
		AtomicReference<Throwable> failure = new AtomicReference<>();
		runner.withPropertyValues("coordination.url=" + url, "coordination.ttl=1m", "coordination.connect-timeout=1s")
			.run((context) -> failure.set(context.getStartupFailure()));
		return assertThat(failure.get()).hasStackTraceContaining("BackendUnavailableException");
	}

	private void assertBundleIsFollowed(BackendProvider provider, String url) {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("store", bundle(others));
		ClientSource clients = new BundledClients(ClientSource.of(), BundleManagers.of(bundles, "store"));
		try (TestEnvironment environment = new TestEnvironment();
				CoordinationBackend backend = provider.create(new BackendConfig(BackendUrl.parse(url), "bundles", TTL,
						TTL.dividedBy(6), environment.environment(), clients))) {
			assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.open(TTL));

			bundles.updateBundle("store", bundle(certificates));

			// a client that failed may pause before it connects again
			BackendSession session = Awaitility.await()
				.ignoreException(BackendUnavailableException.class)
				.until(() -> backend.open(TTL), Objects::nonNull);
			assertThat(session.renew()).isNotNull();
			session.close();
		}
	}

	private ApplicationContextRunner with(Certificates own, Certificates trusted) {
		return this.bare.withPropertyValues("coordination.ssl.bundle=store",
				"spring.ssl.bundle.pem.store.truststore.certificate=file:" + trusted.ca(),
				"spring.ssl.bundle.pem.store.keystore.certificate=file:" + own.client(),
				"spring.ssl.bundle.pem.store.keystore.private-key=file:" + own.clientKey());
	}

	private static SslBundle bundle(Certificates own) {
		SslStoreBundle stores = new PemSslStoreBundle(
				PemSslStoreDetails.forCertificate("file:" + own.client()).withPrivateKey("file:" + own.clientKey()),
				PemSslStoreDetails.forCertificate("file:" + own.ca()));
		return SslBundle.of(stores);
	}

}
