package io.github.coordination.autoconfigure;

import java.time.Duration;
import java.util.UUID;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.github.coordination.ConfigurationException;
import io.github.coordination.Coordinator;
import io.github.coordination.CoordinatorOptions;
import io.github.coordination.LockHandle;
import io.github.coordination.server.RedisServer;
import io.github.coordination.server.ZooKeeperServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A url that is a scheme alone: an application's own client, on real servers.
 */
class ReusedClientTests {

	private static final Duration TTL = Duration.ofSeconds(9);

	private final String namespace = "reused-" + UUID.randomUUID();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoordinationAutoConfiguration.class))
		.withPropertyValues("coordination.namespace=" + this.namespace, "coordination.ttl=" + TTL.toSeconds() + "s");

	@Test
	@Tag("redis")
	void redisIsReachedThroughTheApplicationsConnectionFactory() {
		RedisServer server = RedisServer.shared();
		LettuceConnectionFactory factory = new LettuceConnectionFactory(
				new RedisStandaloneConfiguration("127.0.0.1", server.port()));
		this.runner.withPropertyValues("coordination.url=redis:")
			.withBean(RedisConnectionFactory.class, () -> factory)
			.run((context) -> {
				assertExcludes(context.getBean(Coordinator.class), server.url());
				context.getBean(Coordinator.class).close();
				assertThat(factory.getConnection().ping()).isEqualTo("PONG");
			});
	}

	@Test
	@Tag("zookeeper")
	void zooKeeperIsReachedThroughTheApplicationsClient() {
		String address = ZooKeeperServer.shared().address();
		this.runner.withPropertyValues("coordination.url=zookeeper:").withBean(CuratorFramework.class, () -> {
			CuratorFramework client = CuratorFrameworkFactory.newClient(address, (int) TTL.toMillis(), 5_000,
					new RetryOneTime(100));
			client.start();
			return client;
		}).run((context) -> {
			assertExcludes(context.getBean(Coordinator.class), "zookeeper://" + address);
			context.getBean(Coordinator.class).close();
			assertThat(context.getBean(CuratorFramework.class).getZookeeperClient().isConnected()).isTrue();
		});
	}

	@Test
	void startFailsAndNamesTheBeanThatIsMissing() {
		this.runner.withPropertyValues("coordination.url=redis:")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(ConfigurationException.class)
				.hasMessageContaining(RedisConnectionFactory.class.getSimpleName()));
	}

	/** Who names the server in the url meets the same lock. */
	private void assertExcludes(Coordinator application, String url) throws InterruptedException {
		try (Coordinator other = Coordinator
			.connect(CoordinatorOptions.of(url).withNamespace(this.namespace).withTtl(TTL));
				LockHandle held = application.lock("a").acquire()) {
			assertThat(other.lock("a").tryAcquire()).isEmpty();
			assertThat(held.release()).isTrue();
			assertThat(other.lock("a").tryAcquire(Duration.ofSeconds(30))).isPresent();
		}
	}

}
