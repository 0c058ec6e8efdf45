package io.github.coordination.backend.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * Serves {@code etcd://[user:password@]host[:port][,host[:port]...]} and, with TLS,
 * {@code etcds://}, whose options {@code ca}, {@code certificate} and {@code key} name
 * PEM files. A host without a port has port 2379.
 */
public final class EtcdBackendProvider implements BackendProvider {

	private static final String SECURE = "etcds";

	private static final String DEFAULT_PORT = ":2379";

	private static final Pattern SERVER = Pattern.compile("([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

	@Override
	public Set<String> schemes() {
		return Set.of("etcd", SECURE);
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of(new ClientLibrary("io.etcd.jetcd.api.KVGrpc", "io.etcd:jetcd-core"));
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		BackendUrl url = config.url();
		boolean secure = url.scheme().equals(SECURE);
		url.requireOptions(secure ? TlsMaterial.OPTIONS : Set.of());
		if (!url.path().isEmpty() && !url.path().equals("/")) {
			throw new ConfigurationException(BackendUrl.SETTING, "behind the servers there is a path.",
					"Remove it; coordination.namespace keeps applications apart.");
		}
		return new EtcdBackend(servers(url), secure ? TlsMaterial.from(config) : null, config);
	}

	private static List<String> servers(BackendUrl url) {
		List<String> servers = new ArrayList<>();
		for (String server : url.authority().split(",", -1)) {
			if (!SERVER.matcher(server).matches()) {
				throw new ConfigurationException(BackendUrl.SETTING, "it does not name servers.",
						"Write " + url.scheme() + "://host:2379 or " + url.scheme() + "://host:2379,host:2379.");
			}
			servers.add(server.matches(".*:[0-9]{1,5}") ? server : server + DEFAULT_PORT);
		}
		return List.copyOf(servers);
	}

}
