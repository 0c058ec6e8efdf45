package io.github.coordination.backend.zookeeper;

import java.util.List;
import java.util.Set;

import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendProvider;
import io.github.coordination.spi.ClientLibrary;
import io.github.coordination.spi.CoordinationBackend;

/**
 * Serves {@code zookeeper://[user:password@]host:port,host:port[/path]} and, with TLS,
 * {@code zookeepers://}. The path is where the namespaces are, {@code /coordination} if
 * there is none. {@code zookeeper:} alone uses the application's
 * {@code CuratorFramework}. Options: {@code acl=creator} lets nobody but the same user at
 * the nodes, the default with a user or a certificate, else {@code acl=open}; with TLS
 * {@code ca}, {@code certificate} and {@code key}.
 */
public final class ZooKeeperBackendProvider implements BackendProvider {

	@Override
	public Set<String> schemes() {
		return Set.of("zookeeper", "zookeepers");
	}

	@Override
	public List<ClientLibrary> requires() {
		return List.of(new ClientLibrary("org.apache.curator.framework.CuratorFramework",
				"org.apache.curator:curator-recipes"));
	}

	@Override
	public CoordinationBackend create(BackendConfig config) {
		return ZooKeeperUrl.backend(config);
	}

}
