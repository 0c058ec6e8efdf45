package io.github.coordination.autoconfigure;

import java.net.Socket;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

import io.github.coordination.ConfigurationException;

/**
 * The certificates of an SSL bundle as they are at each handshake, so that clients that
 * take theirs once follow when the bundle is reloaded. Connections that are open stay as
 * they are.
 */
final class BundleManagers {

	private volatile X509ExtendedKeyManager key;

	private volatile X509ExtendedTrustManager trusted;

	private BundleManagers(SslBundle bundle) {
		this.key = key(bundle);
		this.trusted = trusted(bundle);
	}

	/**
	 * Follow a bundle.
	 * @throws ConfigurationException if there is none of that name
	 */
	static BundleManagers of(SslBundles bundles, String name) {
		try {
			BundleManagers managers = new BundleManagers(bundles.getBundle(name));
			bundles.addBundleUpdateHandler(name, managers::follow);
			return managers;
		}
		catch (NoSuchSslBundleException ex) {
			throw new ConfigurationException(CoordinationSslProperties.SETTING,
					"there is no SSL bundle '" + name + "'.", "Define it below spring.ssl.bundle.", ex);
		}
	}

	KeyManagerFactory keys() {
		return new KeyFactory(new CurrentKey());
	}

	TrustManagerFactory trust() {
		return new TrustFactory(new CurrentTrust());
	}

	private void follow(SslBundle bundle) {
		// both are read before either is replaced: a faulty bundle changes nothing
		X509ExtendedKeyManager newKey = key(bundle);
		this.trusted = trusted(bundle);
		this.key = newKey;
	}

	private static X509ExtendedKeyManager key(SslBundle bundle) {
		return first(bundle.getManagers().getKeyManagers(), X509ExtendedKeyManager.class);
	}

	private static X509ExtendedTrustManager trusted(SslBundle bundle) {
		return first(bundle.getManagers().getTrustManagers(), X509ExtendedTrustManager.class);
	}

	private static <T> T first(Object[] managers, Class<T> type) {
		return Arrays.stream(managers)
			.filter(type::isInstance)
			.map(type::cast)
			.findFirst()
			.orElseThrow(() -> new ConfigurationException(CoordinationSslProperties.SETTING,
					"the bundle has no " + type.getSimpleName() + ".", "Make it of PEM files or of a key store."));
	}

	private static Provider provider() {
		try {
			return KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()).getProvider();
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has its default", ex);
		}
	}

	/**
	 * Asks the key of the moment.
	 */
	private final class CurrentKey extends X509ExtendedKeyManager {

		@Override
		public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
			return BundleManagers.this.key.getClientAliases(type, issuers);
		}

		@Override
		public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers,
				@Nullable Socket socket) {
			return BundleManagers.this.key.chooseClientAlias(types, issuers, socket);
		}

		@Override
		public @Nullable String chooseEngineClientAlias(String[] types, Principal @Nullable [] issuers,
				@Nullable SSLEngine engine) {
			return BundleManagers.this.key.chooseEngineClientAlias(types, issuers, engine);
		}

		@Override
		public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
			return BundleManagers.this.key.getServerAliases(type, issuers);
		}

		@Override
		public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers,
				@Nullable Socket socket) {
			return BundleManagers.this.key.chooseServerAlias(type, issuers, socket);
		}

		@Override
		public X509Certificate @Nullable [] getCertificateChain(String alias) {
			return BundleManagers.this.key.getCertificateChain(alias);
		}

		@Override
		public @Nullable PrivateKey getPrivateKey(String alias) {
			return BundleManagers.this.key.getPrivateKey(alias);
		}

	}

	/**
	 * Asks whom to trust at the moment.
	 */
	private final class CurrentTrust extends X509ExtendedTrustManager {

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
			BundleManagers.this.trusted.checkClientTrusted(chain, type);
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
				throws CertificateException {
			BundleManagers.this.trusted.checkClientTrusted(chain, type, socket);
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
				throws CertificateException {
			BundleManagers.this.trusted.checkClientTrusted(chain, type, engine);
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
			BundleManagers.this.trusted.checkServerTrusted(chain, type);
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
				throws CertificateException {
			BundleManagers.this.trusted.checkServerTrusted(chain, type, socket);
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
				throws CertificateException {
			BundleManagers.this.trusted.checkServerTrusted(chain, type, engine);
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return BundleManagers.this.trusted.getAcceptedIssuers();
		}

	}

	/**
	 * What clients take a key from.
	 */
	private static final class KeyFactory extends KeyManagerFactory {

		KeyFactory(KeyManager manager) {
			super(new KeyManagerFactorySpi() {

				@Override
				protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {
					// the bundle has done it
				}

				@Override
				protected void engineInit(ManagerFactoryParameters parameters) {
					// the bundle has done it
				}

				@Override
				protected KeyManager[] engineGetKeyManagers() {
					return new KeyManager[] { manager };
				}

			}, provider(), KeyManagerFactory.getDefaultAlgorithm());
		}

	}

	/**
	 * What clients take from whom to trust.
	 */
	private static final class TrustFactory extends TrustManagerFactory {

		TrustFactory(TrustManager manager) {
			super(new TrustManagerFactorySpi() {

				@Override
				protected void engineInit(@Nullable KeyStore store) {
					// the bundle has done it
				}

				@Override
				protected void engineInit(ManagerFactoryParameters parameters) {
					// the bundle has done it
				}

				@Override
				protected TrustManager[] engineGetTrustManagers() {
					return new TrustManager[] { manager };
				}

			}, provider(), TrustManagerFactory.getDefaultAlgorithm());
		}

	}

}
