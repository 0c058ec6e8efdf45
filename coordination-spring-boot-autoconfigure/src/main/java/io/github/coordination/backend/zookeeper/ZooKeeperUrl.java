package io.github.coordination.backend.zookeeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.jspecify.annotations.Nullable;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Guarantees.Level;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.CoordinationBackend;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * What a url says, checked.
 */
final class ZooKeeperUrl {

	/** The scheme with TLS. */
	static final String SECURE = "zookeepers";

	private static final String ACCESS = "acl";

	private static final String DEFAULT_ROOT = "/coordination";

	/** ZooKeeper's word for all permissions. */
	private static final int ALL = 31;

	private final BackendUrl url;

	private final BackendConfig config;

	private ZooKeeperUrl(BackendConfig config) {
		this.url = config.url();
		this.config = config;
	}

	static CoordinationBackend backend(BackendConfig config) {
		return new ZooKeeperUrl(config).backend();
	}

	private CoordinationBackend backend() {
		boolean secure = this.url.scheme().equals(SECURE);
		this.url.requireOptions(options(secure));
		if (this.url.authority().isEmpty()) {
			return application();
		}
		String hosts = this.url.authority();
		requireHosts(hosts);
		requireCredentials();
		boolean known = !this.url.userInfo().isEmpty() || this.url.options().containsKey("certificate");
		ZKClientConfig client = new ZKClientConfig();
		Path copied = secure ? secure(client) : null;
		client.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT,
				Long.toString(this.config.callTimeout().toMillis()));
		// behind a single address there may be a single server
		Level level = hosts.contains(",") ? Level.QUORUM : Level.SINGLE;
		return new ZooKeeperBackend(
				new Source.Servers(hosts, root(""), this.url.userInfo(), acl(known), client, copied), level,
				this.config);
	}

	/** The scheme alone: the application's own client. */
	private CoordinationBackend application() {
		if (this.url.scheme().equals(SECURE) || !this.url.userInfo().isEmpty()) {
			throw refuse("it names no server.", "Write " + this.url.scheme() + "://host:port,host:port/path.");
		}
		CuratorFramework client = (CuratorFramework) this.config.clients()
			.find(CuratorFramework.class)
			.orElseThrow(() -> refuse("it names no server, and the application has no CuratorFramework.",
					"Write zookeeper://host:port,host:port, or provide a CuratorFramework."));
		String namespace = client.getNamespace();
		String servers = client.getZookeeperClient().getCurrentConnectionString();
		return new ZooKeeperBackend(
				new Source.Application(client, root(namespace.isEmpty() ? "" : "/" + namespace), acl(false)),
				servers.contains(",") ? Level.QUORUM : Level.SINGLE, this.config);
	}

	private String root(String above) {
		String path = this.url.path();
		while (path.endsWith("/")) {
			path = path.substring(0, path.length() - 1);
		}
		String root = above + (path.isEmpty() ? DEFAULT_ROOT : path);
		try {
			PathUtils.validatePath(root);
		}
		catch (IllegalArgumentException ex) {
			throw refuse("its path is none in ZooKeeper: " + ex.getMessage() + ".", "Write it as /path/path.");
		}
		return root;
	}

	private static void requireHosts(String hosts) {
		for (String host : hosts.split(",", -1)) {
			if (!host.matches("(\\[[0-9A-Fa-f:.%]+]|[^\\[\\]:@/\\s]+)(:[0-9]{1,5})?")) {
				throw refuse("one of its servers is not of the form host or host:port.",
						"Write host:port,host:port, with % codes for special characters in a password.");
			}
		}
	}

	private void requireCredentials() {
		String credentials = this.url.userInfo();
		if (!credentials.isEmpty() && credentials.indexOf(':') < 1) {
			throw refuse("what stands before the @ is not user:password.", "Write user:password@host:port.");
		}
	}

	private static Set<String> options(boolean secure) {
		Set<String> options = new HashSet<>(secure ? TlsMaterial.OPTIONS : Set.of());
		options.add(ACCESS);
		return options;
	}

	/** Nodes are their creator's own if it is somebody. */
	private List<ACL> acl(boolean known) {
		String word = this.url.options().getOrDefault(ACCESS, known ? "creator" : "open");
		return switch (word) {
			case "open" -> Collections.singletonList(new ACL(ALL, new Id("world", "anyone")));
			case "creator" -> Collections.singletonList(new ACL(ALL, new Id("auth", "")));
			default -> throw refuse("the option acl is '" + word + "'.", "Write acl=open or acl=creator.");
		};
	}

	/**
	 * All is set for this client alone; system properties are the whole JVM's. The client
	 * reads the files whenever it connects, and wants its certificate and key in one.
	 * @return a file to be removed, if one was made
	 */
	private @Nullable Path secure(ZKClientConfig client) {
		// what is wrong with a file is said now and not at every attempt to connect
		TlsMaterial.from(this.url);
		client.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
		client.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
		client.setProperty("zookeeper.ssl.hostnameVerification", "true");
		String ca = this.url.options().get("ca");
		if (ca != null) {
			client.setProperty("zookeeper.ssl.trustStore.location", ca);
			client.setProperty("zookeeper.ssl.trustStore.type", "PEM");
		}
		String certificate = this.url.options().get("certificate");
		String key = this.url.options().get("key");
		if (certificate == null || key == null) {
			return null;
		}
		Path both = combine(key, certificate);
		client.setProperty("zookeeper.ssl.keyStore.location", both.toString());
		client.setProperty("zookeeper.ssl.keyStore.type", "PEM");
		return both;
	}

	private static Path combine(String key, String certificate) {
		try {
			// readable by this user only
			Path file = Files.createTempFile("coordination-", ".pem");
			file.toFile().deleteOnExit();
			return Files.write(file, List.of(Files.readString(Path.of(key)), Files.readString(Path.of(certificate))));
		}
		catch (IOException ex) {
			throw refuse(
					"its key and certificate cannot be copied into one file: " + ex.getClass().getSimpleName() + ".",
					"Make the directory for temporary files writable.");
		}
	}

	private static ConfigurationException refuse(String problem, String action) {
		return new ConfigurationException(BackendUrl.SETTING, problem, action);
	}

}
