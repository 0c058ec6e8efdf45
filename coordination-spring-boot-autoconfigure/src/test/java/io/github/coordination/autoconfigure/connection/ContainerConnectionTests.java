package io.github.coordination.autoconfigure.connection;

import java.time.Duration;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import io.github.coordination.Coordinator;
import io.github.coordination.Guarantees;
import io.github.coordination.LockHandle;
import io.github.coordination.autoconfigure.CoordinationAutoConfiguration;
import io.github.coordination.autoconfigure.CoordinationConnectionDetails;
import io.github.coordination.server.MemcachedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoreContainerConnectionDetailsFactory}, with containers that are
 * never started; behind one of them there is a real server.
 */
class ContainerConnectionTests {

	/**
	 * The whole way.
	 */
	@Nested
	@Tag("memcached")
	@SpringJUnitConfig(Application.class)
	class Memcached {

		@ServiceConnection
		static final GenericContainer<?> container = new NeverStarted("memcached:1.6", 11211,
				MemcachedServer.shared().port());

		@Test
		void isCoordinatedThrough(@Autowired Coordinator coordinator) throws InterruptedException {
			assertThat(coordinator.guarantees().level()).isEqualTo(Guarantees.Level.BEST_EFFORT);
			try (LockHandle held = coordinator.lock("a").acquire(Duration.ofSeconds(10))) {
				assertThat(held.isHeld()).isTrue();
			}
		}

	}

	/**
	 * By its image.
	 */
	@Nested
	@SpringJUnitConfig(Nothing.class)
	class ZooKeeper {

		@ServiceConnection
		static final GenericContainer<?> container = new NeverStarted("zookeeper:3.9", 2181, 12181);

		@Test
		void isFound(@Autowired CoordinationConnectionDetails details) {
			assertThat(details.getUrl()).isEqualTo("zookeeper://docker.example:12181");
		}

	}

	/**
	 * By its image in another registry.
	 */
	@Nested
	@SpringJUnitConfig(Nothing.class)
	class Etcd {

		@ServiceConnection
		static final GenericContainer<?> container = new NeverStarted("quay.io/coreos/etcd:v3.5.21", 2379, 12379);

		@Test
		void isFound(@Autowired CoordinationConnectionDetails details) {
			assertThat(details.getUrl()).isEqualTo("etcd://docker.example:12379");
		}

	}

	/**
	 * By the name of the connection.
	 */
	@Nested
	@SpringJUnitConfig(Nothing.class)
	class Consul {

		@ServiceConnection("consul")
		static final GenericContainer<?> container = new NeverStarted("registry.example/our-own:1", 8500, 18500);

		@Test
		void isFound(@Autowired CoordinationConnectionDetails details) {
			assertThat(details.getUrl()).isEqualTo("consul://docker.example:18500");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoordinationAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

	/**
	 * A container without Docker.
	 */
	static final class NeverStarted extends GenericContainer<NeverStarted> {

		private final String image;

		private final int port;

		private final int mappedPort;

		NeverStarted(String image, int port, int mappedPort) {
			super(image);
			this.image = image;
			this.port = port;
			this.mappedPort = mappedPort;
		}

		@Override
		public void start() {
			// it never is
		}

		@Override
		public boolean isRunning() {
			return true;
		}

		@Override
		public String getDockerImageName() {
			return this.image;
		}

		@Override
		public String getHost() {
			return (this.port == 11211) ? "127.0.0.1" : "docker.example";
		}

		@Override
		public Integer getMappedPort(int asked) {
			assertThat(asked).isEqualTo(this.port);
			return this.mappedPort;
		}

	}

}
