package io.github.coordination.spi.support;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import io.netty.pkitesting.CertificateBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.coordination.ConfigurationException;
import io.github.coordination.server.Certificates;
import io.github.coordination.spi.BackendUrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TlsMaterial}, with real handshakes.
 */
class TlsMaterialTests {

	@TempDir
	static Path directory;

	private static Certificates files;

	@BeforeAll
	static void makeCertificates() {
		files = Certificates.create(directory);
	}

	@Test
	void withoutOptionsTheJvmDecides() {
		TlsMaterial material = material("");

		assertThat(material.keyManagers()).isNull();
		assertThat(material.trustManagers()).isNull();
		assertThatExceptionOfType(SSLException.class).isThrownBy(() -> handshake(material, "localhost"));
	}

	@Test
	void trustsTheNamedAuthority() throws Exception {
		assertThat(handshake(material("?ca=" + files.ca()), "localhost")).isEqualTo("none");
	}

	@Test
	void showsItsOwnCertificate() throws Exception {
		TlsMaterial material = material(
				"?ca=" + files.ca() + "&certificate=" + files.client() + "&key=" + files.clientKey());

		assertThat(handshake(material, "localhost")).isEqualTo("CN=" + Certificates.CLIENT);
	}

	@Test
	void readsKeysOfEllipticCurves() throws Exception {
		var own = new CertificateBuilder().ecp256()
			.subject("CN=curve")
			.setIsCertificateAuthority(true)
			.buildSelfSigned();
		Path certificate = Files.writeString(directory.resolve("curve.pem"), own.getCertificatePEM());
		Path key = Files.writeString(directory.resolve("curve-key.pem"), own.getPrivateKeyPEM());

		assertThat(material("?certificate=" + certificate + "&key=" + key).keyManagers()).isNotNull();
		assertRefused("?certificate=" + files.client() + "&key=" + key, "another algorithm");
	}

	@Test
	void refusesWhatCannotWork() throws IOException {
		Path empty = Files.createFile(directory.resolve("empty.pem"));
		Path rubbish = Files.writeString(directory.resolve("rubbish.pem"), "-----BEGIN CERTIFICATE-----\nrubbish\n");

		assertRefused("?ca=/nowhere/ca.pem", "'ca' cannot be read: /nowhere/ca.pem");
		assertRefused("?ca=" + empty, "'ca' holds no certificate");
		assertRefused("?ca=" + rubbish, "'ca' holds something else");
		assertRefused("?certificate=" + files.client(), "only one");
		assertRefused("?key=" + files.clientKey(), "only one");
		assertRefused("?certificate=" + files.client() + "&key=" + files.client(), "'key' holds no unencrypted PKCS#8");
	}

	private static TlsMaterial material(String options) {
		return TlsMaterial.from(BackendUrl.parse("tls://localhost" + options));
	}

	private static void assertRefused(String options, String message) {
		assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> material(options))
			.withMessageContaining(BackendUrl.SETTING)
			.withMessageContaining(message);
	}

	/**
	 * Connect to a server that would like to see a certificate; return the name on it.
	 */
	private static String handshake(TlsMaterial material, String host) throws Exception {
		TlsMaterial server = material(
				"?ca=" + files.ca() + "&certificate=" + files.server() + "&key=" + files.serverKey());
		try (SSLServerSocket listening = (SSLServerSocket) server.context()
			.getServerSocketFactory()
			.createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			listening.setWantClientAuth(true);
			CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> accept(listening));
			try (SSLSocket socket = (SSLSocket) material.context()
				.getSocketFactory()
				.createSocket(host, listening.getLocalPort())) {
				SSLParameters parameters = socket.getSSLParameters();
				parameters.setEndpointIdentificationAlgorithm("HTTPS");
				socket.setSSLParameters(parameters);
				socket.startHandshake();
				assertThat(socket.getInputStream().read()).isEqualTo(1);
			}
			return seen.join();
		}
	}

	private static String accept(SSLServerSocket listening) {
		try (SSLSocket socket = (SSLSocket) listening.accept()) {
			socket.startHandshake();
			socket.getOutputStream().write(1);
			return socket.getSession().getPeerPrincipal().getName();
		}
		catch (SSLException ex) {
			return "none";
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
