package io.github.coordination.backend.zookeeper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.BackendUnavailableException;
import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;
import io.github.coordination.server.Certificates;
import io.github.coordination.server.FreePorts;
import io.github.coordination.server.ZooKeeperServer;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendSession;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.Directory;
import io.github.coordination.spi.Entry;
import io.github.coordination.spi.TestEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * TLS, and users known by their certificates.
 */
@Tag("zookeeper")
class ZooKeeperTlsTests {

	private static final Duration TTL = Duration.ofSeconds(12);

	@TempDir
	static Path files;

	private static Certificates certificates;

	private static ZooKeeperServer server;

	private static int securePort;

	private final TestEnvironment environment = new TestEnvironment();

	private final String namespace = "tls-" + this.environment.environment().newId();

	private final List<CoordinationBackend> open = new ArrayList<>();

	@BeforeAll
	static void startServer() throws IOException {
		certificates = Certificates.create(files);
		securePort = FreePorts.take();
		server = ZooKeeperServer.start(settings(securePort, certificates.server(), certificates.serverKey(), "need"));
	}

	/** So that who is refused later is not merely slow: first handshakes take long. */
	@BeforeEach
	void connectOnce() {
		CoordinationBackend backend = backend(securePort, "ca=" + certificates.ca(),
				"certificate=" + certificates.client(), "key=" + certificates.clientKey());
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.ignoreExceptionsInstanceOf(BackendUnavailableException.class)
			.until(() -> backend.list(new Directory(this.namespace, "lock", "q")).isEmpty());
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@AfterEach
	void closeEverything() {
		this.open.forEach(CoordinationBackend::close);
		this.environment.close();
	}

	@Test
	void clientWithACertificateIsServedAndItsNodesAreItsOwn() throws Exception {
		CoordinationBackend backend = backend(securePort, "ca=" + certificates.ca(),
				"certificate=" + certificates.client(), "key=" + certificates.clientKey());
		BackendSession session = backend.open(TTL);
		Directory queue = new Directory(this.namespace, "lock", "q");
		Entry entry = session.enqueue(queue, session.id() + ".1", "x", new byte[0], 0).orElseThrow().entry();
		assertThat(session.renew()).isNotNull();
		assertThat(backend.list(queue)).extracting(Entry::id).containsExactly(entry.id());

		ZooKeeper handle = ((ZooKeeperSession) session).handle();
		assertThat(handle.getACL("/tls/" + this.namespace + "/lock/q", new Stat())).singleElement().satisfies((acl) -> {
			assertThat(acl.getId().getScheme()).isEqualTo("x509");
			assertThat(acl.getId().getId()).contains(Certificates.CLIENT);
		});
		CoordinationBackend plain = create("zookeeper://" + server.address() + "/tls");
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> plain.open(TTL))
			.withMessageContaining("does not permit");
		assertThat(session.delete(entry)).isTrue();
	}

	@Test
	void copyOfTheKeyIsTheUsersAloneAndGoesWithTheBackend() throws IOException {
		Set<Path> before = copies();
		CoordinationBackend backend = backend(securePort, "ca=" + certificates.ca(),
				"certificate=" + certificates.client(), "key=" + certificates.clientKey());
		backend.open(TTL).close();

		Set<Path> during = copies();
		during.removeAll(before);
		assertThat(during).hasSize(1)
			.allSatisfy((copy) -> assertThat(Files.getPosixFilePermissions(copy))
				.containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
		backend.close();
		assertThat(copies()).doesNotContainAnyElementsOf(during);
	}

	@Test
	void clientWithoutACertificateIsRefused() {
		assertRefused(backend(securePort, "ca=" + certificates.ca()));
	}

	@Test
	void serverThatIsNotTrustedIsRefused() {
		assertRefused(backend(securePort, "certificate=" + certificates.client(), "key=" + certificates.clientKey()));
	}

	@Test
	void serverOfAnotherNameIsRefused() throws Exception {
		X509Bundle other = new CertificateBuilder().rsa2048()
			.subject("CN=elsewhere")
			.addSanDnsName("elsewhere.example")
			.setIsCertificateAuthority(true)
			.buildSelfSigned();
		Path certificate = Files.writeString(files.resolve("other.pem"), other.getCertificatePEM());
		Path key = Files.writeString(files.resolve("other-key.pem"), other.getPrivateKeyPEM());
		int port = FreePorts.take();
		try (ZooKeeperServer elsewhere = ZooKeeperServer.start(settings(port, certificate, key, "none"))) {
			assertThat(elsewhere.address()).isNotEmpty();
			assertRefused(backend(port, "ca=" + certificate));
		}
	}

	private void assertRefused(CoordinationBackend backend) {
		assertThatExceptionOfType(BackendUnavailableException.class).isThrownBy(() -> backend.open(TTL));
	}

	private CoordinationBackend backend(int port, String... options) {
		return create("zookeepers://127.0.0.1:" + port + "/tls?" + String.join("&", options));
	}

	private CoordinationBackend create(String url) {
		CoordinationBackend backend = new ZooKeeperBackendProvider().create(new BackendConfig(BackendUrl.parse(url),
				this.namespace, TTL, TTL.dividedBy(6), this.environment.environment(), ClientSource.of()));
		this.open.add(backend);
		return backend;
	}

	private static Map<String, String> settings(int port, Path certificate, Path key, String clients)
			throws IOException {
		Path both = Files.createTempFile(files, "server-both", ".pem");
		Files.writeString(both, Files.readString(key) + Files.readString(certificate));
		Map<String, String> settings = new LinkedHashMap<>();
		settings.put("secureClientPort", Integer.toString(port));
		settings.put("secureClientPortAddress", "127.0.0.1");
		settings.put("serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory");
		settings.put("authProvider.x509", "org.apache.zookeeper.server.auth.X509AuthenticationProvider");
		settings.put("ssl.keyStore.location", both.toString());
		settings.put("ssl.trustStore.location", certificates.ca().toString());
		settings.put("ssl.clientAuth", clients);
		return settings;
	}

	private static Set<Path> copies() {
		try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
			return all.filter((file) -> file.getFileName().toString().matches("coordination-.*[.]pem"))
				.collect(Collectors.toSet());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
