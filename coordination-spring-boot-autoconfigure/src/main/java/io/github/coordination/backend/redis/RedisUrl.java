package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration.WithPassword;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.coordination.ConfigurationException;
import io.github.coordination.spi.BackendConfig;
import io.github.coordination.spi.BackendUrl;
import io.github.coordination.spi.support.TlsMaterial;

/**
 * Reads the url of a server, a Sentinel group or a cluster, or takes over the settings of
 * the application's own connection factory.
 */
final class RedisUrl {

	private static final int SERVER_PORT = 6379;

	private static final int SENTINEL_PORT = 26379;

	private static final String RESTART_DELAY = "restart-delay";

	private static final String SENTINEL_USERNAME = "sentinel-username";

	private static final String SENTINEL_PASSWORD = "sentinel-password";

	private final BackendUrl url;

	private RedisUrl(BackendUrl url) {
		this.url = url;
	}

	/** Build the backend of a configuration; connects to nothing. */
	static RedisBackend backend(BackendConfig config) {
		RedisUrl url = new RedisUrl(config.url());
		return new RedisBackend(url.clients(config), url.restartDelay(), config);
	}

	private RedisClients clients(BackendConfig config) {
		if (this.url.authority().isEmpty()) {
			return ofApplication(config);
		}
		RedisConfiguration server = switch (this.url.scheme().substring(this.url.scheme().indexOf('-') + 1)) {
			case "sentinel" -> sentinel();
			case "cluster" -> cluster();
			default -> standalone();
		};
		return new RedisClients(server, transport(config), config.callTimeout());
	}

	private LettuceClientConfiguration transport(BackendConfig config) {
		LettuceClientConfigurationBuilder builder = LettuceClientConfiguration.builder();
		if (!isSecured()) {
			return builder.build();
		}
		TlsMaterial material = TlsMaterial.from(config);
		SslOptions.Builder tls = SslOptions.builder().jdkSslProvider();
		if (material.keyManagers() != null) {
			tls.keyManager(material.keyManagers());
		}
		if (material.trustManagers() != null) {
			tls.trustManager(material.trustManagers());
		}
		return builder.clientOptions(ClientOptions.builder().sslOptions(tls.build()).build())
			.useSsl()
			.verifyPeer(SslVerifyMode.FULL)
			.build();
	}

	private boolean isSecured() {
		return this.url.scheme().startsWith("rediss");
	}

	private Duration restartDelay() {
		String delay = this.url.options().getOrDefault(RESTART_DELAY, "0s");
		if (!delay.matches("[0-9]{1,5}s")) {
			throw invalid("the option " + RESTART_DELAY + " is not a number of seconds.",
					"Write " + RESTART_DELAY + "=15s, or what the ttl is.");
		}
		return Duration.ofSeconds(Integer.parseInt(delay.substring(0, delay.length() - 1)));
	}

	private void requireOptions(String... known) {
		Set<String> all = new HashSet<>(Set.of(known));
		all.add(RESTART_DELAY);
		if (isSecured()) {
			all.addAll(TlsMaterial.OPTIONS);
		}
		this.url.requireOptions(all);
	}

	private RedisClients ofApplication(BackendConfig config) {
		requireOptions();
		if (!this.url.scheme().equals("redis") || !this.url.path().isEmpty() || !this.url.userInfo().isEmpty()) {
			throw invalid("it names no server.", "Write " + this.url.scheme()
					+ "://host:port, or redis: alone for the application's own connection factory.");
		}
		Object found = config.clients()
			.find(RedisConnectionFactory.class)
			.orElseThrow(() -> invalid("the application has no RedisConnectionFactory.",
					"Add spring-boot-starter-data-redis, or write redis://host:port."));
		if (!(found instanceof LettuceConnectionFactory lettuce)) {
			throw invalid("the application's connection factory is a " + found.getClass().getSimpleName()
					+ ", whose timeouts and connections cannot be taken over.", "Write redis://host:port.");
		}
		return new RedisClients(configuration(lettuce), lettuce.getClientConfiguration(), config.callTimeout());
	}

	private RedisConfiguration configuration(LettuceConnectionFactory factory) {
		RedisConfiguration sentinel = factory.getSentinelConfiguration();
		RedisConfiguration cluster = factory.getClusterConfiguration();
		RedisConfiguration socket = factory.getSocketConfiguration();
		return (sentinel != null) ? sentinel
				: (cluster != null) ? cluster : (socket != null) ? socket : server(factory);
	}

	/**
	 * What a factory calls its standalone configuration is a mere default if it was made
	 * from another kind of configuration. What it says itself is in force, but of static
	 * masters and replicas it does not know the addresses.
	 */
	private RedisConfiguration server(LettuceConnectionFactory factory) {
		RedisStandaloneConfiguration known = factory.getStandaloneConfiguration();
		RedisPassword password = RedisPassword.of(factory.getPassword());
		boolean here = known.getHostName().equals(factory.getHostName()) && known.getPort() == factory.getPort();
		boolean same = known.getDatabase() == factory.getDatabase() && known.getPassword().equals(password);
		if (here && same) {
			return known;
		}
		if (here) {
			throw invalid("the application's connection factory does not say which server it uses.",
					"Write redis://host:port, or make the factory of a RedisStandaloneConfiguration.");
		}
		RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(factory.getHostName(),
				factory.getPort());
		server.setDatabase(factory.getDatabase());
		server.setUsername(known.getUsername());
		server.setPassword(password);
		return server;
	}

	private RedisConfiguration standalone() {
		requireOptions();
		List<RedisNode> nodes = nodes(SERVER_PORT);
		if (nodes.size() > 1) {
			throw invalid("it names several servers.",
					"Write redis-cluster:// for a cluster or redis-sentinel:// for servers watched by Sentinels.");
		}
		RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(nodes.get(0).getRequiredHost(),
				nodes.get(0).getRequiredPort());
		server.setDatabase(database(this.url.path()));
		authenticate(server);
		return server;
	}

	private RedisConfiguration sentinel() {
		requireOptions(SENTINEL_USERNAME, SENTINEL_PASSWORD);
		String[] parts = this.url.path().split("/", 3);
		if (parts.length < 2 || parts[1].isEmpty()) {
			throw invalid("it does not say which master the Sentinels watch.",
					"Write redis-sentinel://host:26379,host:26379/name-of-the-master.");
		}
		RedisSentinelConfiguration group = new RedisSentinelConfiguration();
		group.master(parts[1]);
		nodes(SENTINEL_PORT).forEach(group::addSentinel);
		group.setDatabase((parts.length == 3) ? database("/" + parts[2]) : 0);
		authenticate(group);
		String username = this.url.options().get(SENTINEL_USERNAME);
		if (username != null) {
			group.setSentinelUsername(username);
		}
		String password = this.url.options().get(SENTINEL_PASSWORD);
		if (password != null) {
			group.setSentinelPassword(password);
		}
		return group;
	}

	private RedisConfiguration cluster() {
		requireOptions();
		if (!this.url.path().isEmpty() && !this.url.path().equals("/")) {
			throw invalid("it names a database, and a cluster has only one.", "Leave out what follows the hosts.");
		}
		RedisClusterConfiguration cluster = new RedisClusterConfiguration();
		nodes(SERVER_PORT).forEach(cluster::addClusterNode);
		authenticate(cluster);
		return cluster;
	}

	private void authenticate(WithPassword server) {
		String user = this.url.userInfo();
		if (!user.isEmpty()) {
			int colon = user.indexOf(':');
			if (colon > 0) {
				server.setUsername(user.substring(0, colon));
			}
			server.setPassword(RedisPassword.of(user.substring(colon + 1)));
		}
	}

	private List<RedisNode> nodes(int defaultPort) {
		List<RedisNode> nodes = new ArrayList<>();
		for (String each : this.url.authority().split(",", -1)) {
			int colon = each.lastIndexOf(':');
			boolean hasPort = colon > each.lastIndexOf(']');
			String host = hasPort ? each.substring(0, colon) : each;
			int port = hasPort ? number(each.substring(colon + 1)) : defaultPort;
			if (host.isEmpty() || port < 1 || port > 65535) {
				throw invalid("one of its hosts is not of the form host or host:port.",
						"Write " + this.url.scheme() + "://host:port.");
			}
			nodes.add(new RedisNode(host.replaceAll("[\\[\\]]", ""), port));
		}
		return nodes;
	}

	private int database(String path) {
		int database = (path.isEmpty() || path.equals("/")) ? 0 : number(path.substring(1));
		if (database < 0) {
			throw invalid("its database is not a number.", "Write redis://host:port/0.");
		}
		return database;
	}

	private static int number(String digits) {
		return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
	}

	private static ConfigurationException invalid(String problem, String action) {
		return new ConfigurationException(BackendUrl.SETTING, problem, action);
	}

}
