package io.github.coordination.spi.support;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendUrl;

/**
 * What a client needs for TLS, read once from the PEM files that a url's options name:
 * {@code ca}, the certificates it trusts; {@code certificate} and {@code key}, its own
 * certificate with the chain below the root, and its unencrypted PKCS#8 key, for servers
 * that ask for one.
 *
 * @param keyManagers its own certificate, {@code null} if it has none
 * @param trustManagers whom it trusts, {@code null} for those the JVM trusts
 */
public record TlsMaterial(@Nullable KeyManagerFactory keyManagers, @Nullable TrustManagerFactory trustManagers) {

	/**
	 * The options of a url that are read here.
	 */
	public static final Set<String> OPTIONS = Set.of("ca", "certificate", "key");

	private static final Pattern KEY = Pattern
		.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

	private static final char[] NO_PASSWORD = {};

	/**
	 * Read the files that the url of a configuration names. If it names none, take the
	 * {@link KeyManagerFactory} and the {@link TrustManagerFactory} that the application
	 * has for this, if it has any.
	 * @param config the configuration
	 * @return the material
	 * @throws ConfigurationException if a file cannot be used
	 */
	public static TlsMaterial from(BackendConfig config) {
		if (!Collections.disjoint(config.url().options().keySet(), OPTIONS)) {
			return from(config.url());
		}
		return new TlsMaterial(find(config, KeyManagerFactory.class), find(config, TrustManagerFactory.class));
	}

	/**
	 * Read the files that a url names.
	 * @param url the url
	 * @return the material
	 * @throws ConfigurationException if a file cannot be read, does not hold what it
	 * should, or the key does not belong to the certificate
	 */
	public static TlsMaterial from(BackendUrl url) {
		String ca = url.options().get("ca");
		String certificate = url.options().get("certificate");
		String key = url.options().get("key");
		if ((certificate == null) != (key == null)) {
			throw new ConfigurationException(BackendUrl.SETTING,
					"of the options 'certificate' and 'key' it has only one.", "Give both, or none.");
		}
		return new TlsMaterial((certificate != null && key != null) ? keyManagers(certificate, key) : null,
				(ca != null) ? trustManagers(ca) : null);
	}

	/**
	 * Return a context of this material. It checks no host names by itself: what uses it
	 * must set the endpoint identification algorithm {@code HTTPS}.
	 * @return a new context
	 */
	public SSLContext context() {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init((this.keyManagers != null) ? this.keyManagers.getKeyManagers() : null,
					(this.trustManagers != null) ? this.trustManagers.getTrustManagers() : null, null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("every JDK has TLS", ex);
		}
	}

	private static <T> @Nullable T find(BackendConfig config, Class<T> type) {
		return config.clients().find(type).map(type::cast).orElse(null);
	}

	private static TrustManagerFactory trustManagers(String file) {
		try {
			KeyStore store = emptyStore();
			for (Certificate each : certificates("ca", file)) {
				store.setCertificateEntry("ca-" + store.size(), each);
			}
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(store);
			return factory;
		}
		catch (GeneralSecurityException | IOException ex) {
			throw unusable("ca", "holds a certificate that cannot be trusted", ex);
		}
	}

	private static KeyManagerFactory keyManagers(String certificateFile, String keyFile) {
		List<Certificate> chain = certificates("certificate", certificateFile);
		PrivateKey key = privateKey(keyFile);
		if (!chain.get(0).getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
			throw unusable("key", "is a key of another algorithm than the certificate's", null);
		}
		try {
			KeyStore store = emptyStore();
			store.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(store, NO_PASSWORD);
			return factory;
		}
		catch (GeneralSecurityException | IOException ex) {
			throw unusable("certificate", "does not go with the key", ex);
		}
	}

	private static List<Certificate> certificates(String option, String file) {
		try {
			Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
				.generateCertificates(new ByteArrayInputStream(read(option, file)));
			if (found.isEmpty()) {
				throw unusable(option, "holds no certificate", null);
			}
			return List.copyOf(found);
		}
		catch (GeneralSecurityException ex) {
			throw unusable(option, "holds something else than PEM certificates", ex);
		}
	}

	private static PrivateKey privateKey(String file) {
		Matcher key = KEY.matcher(new String(read("key", file), StandardCharsets.US_ASCII));
		if (!key.find()) {
			throw unusable("key", "holds no unencrypted PKCS#8 key (BEGIN PRIVATE KEY)", null);
		}
		for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
			try {
				byte[] bytes = Base64.getMimeDecoder().decode(key.group(1));
				return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
			}
			catch (InvalidKeySpecException ex) {
				// a key of another algorithm
			}
			catch (GeneralSecurityException ex) {
				throw new IllegalStateException("every JDK has " + algorithm, ex);
			}
		}
		throw unusable("key", "is neither an RSA nor an elliptic curve key", null);
	}

	private static byte[] read(String option, String file) {
		try {
			return Files.readAllBytes(Path.of(file));
		}
		catch (IOException | InvalidPathException ex) {
			throw unusable(option, "cannot be read: " + file, ex);
		}
	}

	private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		return store;
	}

	private static ConfigurationException unusable(String option, String why, @Nullable Exception cause) {
		return new ConfigurationException(BackendUrl.SETTING, "the file of the option '" + option + "' " + why + ".",
				"Name a PEM file.", cause);
	}

}
