package io.github.coordination.autoconfigure;

import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

import io.github.coordination.ClientSource;
import io.github.coordination.ConfigurationException;

/**
 * The clients of an application, and the certificates of its SSL bundle instead of any it
 * may have as beans for other purposes.
 */
final class BundledClients implements ClientSource {

	private final ClientSource clients;

	private final @Nullable BundleManagers bundle;

	private volatile boolean used;

	BundledClients(ClientSource clients, @Nullable BundleManagers bundle) {
		this.clients = clients;
		this.bundle = bundle;
	}

	@Override
	public Optional<Object> find(Class<?> type) {
		boolean isKey = type == KeyManagerFactory.class;
		if (!isKey && type != TrustManagerFactory.class) {
			return this.clients.find(type);
		}
		this.used = true;
		return Optional.ofNullable(this.bundle).map((found) -> isKey ? found.keys() : found.trust());
	}

	/**
	 * Refuse a bundle that nobody has asked for.
	 * @param url the url, without what is secret in it
	 * @throws ConfigurationException if there is one
	 */
	void requireUse(String url) {
		if (this.bundle != null && !this.used) {
			throw new ConfigurationException(CoordinationSslProperties.SETTING,
					"the connection to " + url + " does not use the bundle.",
					"Use it with consuls:, etcds:, memcacheds: or rediss:, and without the options ca, certificate and"
							+ " key; TLS of all else is set in the url.");
		}
	}

}
