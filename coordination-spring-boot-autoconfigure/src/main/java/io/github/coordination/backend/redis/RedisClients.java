package io.github.coordination.backend.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
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

	/** For commands: a connection that is lost is not made again by itself. */
	private @Nullable LettuceConnectionFactory commands;

	/** For subscriptions: they are made again. */
	private @Nullable LettuceConnectionFactory subscriptions;

	private @Nullable ClientResources resources;

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
		AbstractRedisClient client = client(false);
		return Patience.connect(() -> (client instanceof RedisClusterClient cluster) ? connect(cluster)
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
		AbstractRedisClient client = client(true);
		return Patience.connect(
				() -> (client instanceof RedisClusterClient cluster) ? cluster.connectPubSub(ByteArrayCodec.INSTANCE)
						: ((RedisClient) client).connectPubSub(ByteArrayCodec.INSTANCE));
	}

	@Override
	public void close() {
		// the client does not clean up for a thread that is interrupted
		boolean interrupted = Thread.interrupted();
		this.starting.lock();
		try {
			this.closed = true;
			if (this.commands != null) {
				this.commands.destroy();
			}
			if (this.subscriptions != null) {
				this.subscriptions.destroy();
			}
			if (this.resources != null) {
				this.resources.shutdown(0, 1, TimeUnit.SECONDS);
			}
		}
		finally {
			this.starting.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private AbstractRedisClient client(boolean reconnecting) {
		this.starting.lock();
		try {
			if (this.closed) {
				throw new MisuseException("the coordinator is closed");
			}
			LettuceConnectionFactory known = reconnecting ? this.subscriptions : this.commands;
			LettuceConnectionFactory used = (known != null) ? known : start(reconnecting);
			return used.getRequiredNativeClient();
		}
		finally {
			this.starting.unlock();
		}
	}

	private LettuceConnectionFactory start(boolean reconnecting) {
		ClientResources own = (this.resources != null) ? this.resources : resources();
		this.resources = own;
		LettuceConnectionFactory started = new LettuceConnectionFactory(this.configuration, strict(own, reconnecting));
		started.afterPropertiesSet();
		if (reconnecting) {
			this.subscriptions = started;
		}
		else {
			this.commands = started;
		}
		return started;
	}

	/** Threads of our own; how addresses are found is the application's business. */
	private ClientResources resources() {
		DefaultClientResources.Builder builder = DefaultClientResources.builder()
			.commandLatencyRecorder(CommandLatencyRecorder.disabled())
			.reconnectDelay(() -> Delay.fullJitter(Duration.ofMillis(1), LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS));
		this.base.getClientResources().ifPresent((given) -> {
			builder.socketAddressResolver(given.socketAddressResolver());
			builder.addressResolverGroup(given.addressResolverGroup());
			builder.nettyCustomizer(given.nettyCustomizer());
		});
		return builder.build();
	}

	/**
	 * Identity and transport as given, but a call is sent once, to a master, or not at
	 * all.
	 */
	private LettuceClientConfiguration strict(ClientResources own, boolean reconnecting) {
		LettuceClientConfigurationBuilder builder = LettuceClientConfiguration.builder()
			.clientResources(own)
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

}
