package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.DefaultClientResources;
import io.netty.resolver.AddressResolverGroup;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceSslClientConfigurationBuilder;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.coordination.MisuseException;

/**
 * Makes connections to one server, Sentinel group or cluster, described in Spring Data's
 * terms. They are never shared with the application, whose settings may queue calls while
 * there is no connection, repeat them, or send them to a replica: here a call is sent
 * once, to a master, or not at all.
 */
final class RedisClients implements AutoCloseable {

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

	private final RedisConfiguration configuration;

	private final LettuceClientConfiguration base;

	private final Duration callTimeout;

	private final ReentrantLock starting = new ReentrantLock();

	/** Made when the first connection is. */
	private @Nullable Started started;

	private volatile boolean connectedBefore;

	private boolean closed;

	RedisClients(RedisConfiguration configuration, LettuceClientConfiguration base, Duration callTimeout) {
		this.configuration = configuration;
		this.base = base;
		this.callTimeout = callTimeout;
	}

	/** Whether it is one server, from which nobody takes over by itself. */
	boolean isStandalone() {
		return !RedisConfiguration.isSentinelConfiguration(this.configuration) && !isCluster();
	}

	boolean isCluster() {
		return RedisConfiguration.isClusterConfiguration(this.configuration);
	}

	/** Make a connection for commands. Blocks until it is made. */
	StatefulConnection<byte[], byte[]> connect() {
		AbstractRedisClient client = started().commands().getRequiredNativeClient();
		return make(() -> (client instanceof RedisClusterClient cluster) ? connect(cluster)
				: ((RedisClient) client).connect(ByteArrayCodec.INSTANCE));
	}

	/** The one before was given up, perhaps because its node is not the right one. */
	private StatefulConnection<byte[], byte[]> connect(RedisClusterClient cluster) {
		if (this.connectedBefore) {
			cluster.refreshPartitions();
		}
		StatefulConnection<byte[], byte[]> connection = cluster.connect(ByteArrayCodec.INSTANCE);
		this.connectedBefore = true;
		return connection;
	}

	/** Make a connection for subscriptions. Blocks until it is made. */
	StatefulRedisPubSubConnection<byte[], byte[]> connectPubSub() {
		AbstractRedisClient client = started().subscriptions().getRequiredNativeClient();
		return make(
				() -> (client instanceof RedisClusterClient cluster) ? cluster.connectPubSub(ByteArrayCodec.INSTANCE)
						: ((RedisClient) client).connectPubSub(ByteArrayCodec.INSTANCE));
	}

	/** Make a connection, again if an interrupt stopped that. */
	private static <T> T make(Supplier<T> connector) {
		boolean interrupted = Thread.interrupted();
		try {
			while (true) {
				try {
					return connector.get();
				}
				catch (RedisException ex) {
					if (!Thread.interrupted()) {
						throw ex;
					}
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void close() {
		// the client does not clean up for a thread that is interrupted
		boolean interrupted = Thread.interrupted();
		this.starting.lock();
		try {
			this.closed = true;
			if (this.started != null) {
				// before the threads end, with the last client
				this.started.resolvers().close();
				this.started.commands().destroy();
				this.started.subscriptions().destroy();
				shutDown(this.started.resources());
			}
		}
		finally {
			this.starting.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private Started started() {
		this.starting.lock();
		try {
			if (this.closed) {
				throw new MisuseException("the coordinator is closed");
			}
			Started known = (this.started != null) ? this.started : start();
			this.started = known;
			return known;
		}
		finally {
			this.starting.unlock();
		}
	}

	private Started start() {
		RedisResolvers<?> resolvers = RedisResolvers.of(this.base.getClientResources()
			.<AddressResolverGroup<?>>map(ClientResources::addressResolverGroup)
			.orElse(DefaultClientResources.DEFAULT_ADDRESS_RESOLVER_GROUP));
		ClientResources resources = resources(resolvers);
		try {
			return new Started(resources, resolvers, factory(resources, false), factory(resources, true));
		}
		catch (RuntimeException ex) {
			shutDown(resources);
			throw ex;
		}
	}

	private static void shutDown(ClientResources resources) {
		resources.shutdown(0, 1, TimeUnit.SECONDS);
	}

	/** Connects to nothing. */
	private LettuceConnectionFactory factory(ClientResources resources, boolean reconnecting) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(this.configuration,
				strict(resources, reconnecting));
		factory.afterPropertiesSet();
		return factory;
	}

	/** Threads of our own; how addresses are found is the application's business. */
	private ClientResources resources(AddressResolverGroup<?> resolvers) {
		DefaultClientResources.Builder builder = DefaultClientResources.builder()
			.addressResolverGroup(resolvers)
			.commandLatencyRecorder(CommandLatencyRecorder.disabled())
			.reconnectDelay(() -> Delay.fullJitter(Duration.ofMillis(1), LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS));
		this.base.getClientResources().ifPresent((given) -> {
			builder.socketAddressResolver(given.socketAddressResolver());
			builder.nettyCustomizer(given.nettyCustomizer());
		});
		return builder.build();
	}

	/**
	 * Identity and transport as given, but a call is sent once, to a master, or not at
	 * all.
	 */
	private LettuceClientConfiguration strict(ClientResources resources, boolean reconnecting) {
		LettuceClientConfigurationBuilder builder = LettuceClientConfiguration.builder()
			.clientResources(resources)
			.clientOptions(options(reconnecting))
			.commandTimeout(this.callTimeout)
			.shutdownQuietPeriod(Duration.ZERO)
			.shutdownTimeout(Duration.ZERO);
		this.base.getClientName().ifPresent(builder::clientName);
		this.base.getRedisCredentialsProviderFactory().ifPresent(builder::redisCredentialsProviderFactory);
		if (this.base.isUseSsl()) {
			LettuceSslClientConfigurationBuilder secured = builder.useSsl().verifyPeer(this.base.getVerifyMode());
			if (this.base.isStartTls()) {
				secured.startTls();
			}
		}
		return builder.build();
	}

	private ClientOptions options(boolean reconnecting) {
		ClientOptions options = this.base.getClientOptions()
			.orElseGet(ClientOptions::create)
			.mutate()
			.autoReconnect(reconnecting)
			.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
			.maintNotificationsConfig(MaintNotificationsConfig.disabled())
			.publishOnScheduler(false)
			.socketOptions(sockets())
			.timeoutOptions(TimeoutOptions.create())
			.build();
		if (!isCluster()) {
			return options;
		}
		return ClusterClientOptions.builder(options)
			.topologyRefreshOptions(
					ClusterTopologyRefreshOptions.builder().adaptiveRefreshTriggersTimeout(this.callTimeout).build())
			.build();
	}

	/** A peer that vanished without a word is noticed though nothing is sent. */
	private SocketOptions sockets() {
		return SocketOptions.builder()
			.connectTimeout(this.callTimeout)
			.keepAlive(KeepAliveOptions.builder()
				.enable()
				.count(3)
				.idle(Duration.ofSeconds(5))
				.interval(Duration.ofSeconds(2))
				.build())
			.build();
	}

	/**
	 * What connections are made of.
	 *
	 * @param resources the threads of both
	 * @param resolvers how they find addresses
	 * @param commands for connections that are not made again by themselves when they are
	 * lost
	 * @param subscriptions for connections that are
	 */
	private record Started(ClientResources resources, RedisResolvers<?> resolvers, LettuceConnectionFactory commands,
			LettuceConnectionFactory subscriptions) {
	}

}
