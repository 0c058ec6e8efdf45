package io.github.coordination.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/**
 * Certificates for tests, as PEM files: of an authority, of a server on this machine and
 * of a client, both issued by the authority.
 *
 * @param ca the authority's certificate
 * @param server the server's certificate, for localhost and 127.0.0.1
 * @param serverKey the server's key
 * @param client the client's certificate, for the user {@value #CLIENT}
 * @param clientKey the client's key
 */
public record Certificates(Path ca, Path server, Path serverKey, Path client, Path clientKey) {

	/**
	 * Common name of the client's certificate.
	 */
	public static final String CLIENT = "coordination-client";

	/**
	 * Make certificates that are valid for some days.
	 * @param directory where to write them
	 * @return the files
	 */
	public static Certificates create(Path directory) {
		try {
			X509Bundle ca = new CertificateBuilder().rsa2048()
				.subject("CN=Coordination test authority")
				.setIsCertificateAuthority(true)
				.buildSelfSigned();
			X509Bundle server = new CertificateBuilder().rsa2048()
				.subject("CN=localhost")
				.addSanDnsName("localhost")
				.addSanIpAddress("127.0.0.1")
				.buildIssuedBy(ca);
			X509Bundle client = new CertificateBuilder().rsa2048().subject("CN=" + CLIENT).buildIssuedBy(ca);
			return new Certificates(write(directory, "ca.pem", ca.getCertificatePEM()),
					write(directory, "server.pem", server.getCertificatePEM()),
					write(directory, "server-key.pem", server.getPrivateKeyPEM()),
					write(directory, "client.pem", client.getCertificatePEM()),
					write(directory, "client-key.pem", client.getPrivateKeyPEM()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (Exception ex) {
			throw new IllegalStateException("no certificates could be made", ex);
		}
	}

	private static Path write(Path directory, String name, String pem) throws IOException {
		return Files.writeString(directory.resolve(name), pem);
	}

}
