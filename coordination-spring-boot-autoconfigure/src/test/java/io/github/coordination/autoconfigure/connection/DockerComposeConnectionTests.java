package io.github.coordination.autoconfigure.connection;

import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;

import io.github.coordination.autoconfigure.CoordinationConnectionDetails;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StoreDockerComposeConnectionDetailsFactory}, with services as Docker
 * Compose would describe them.
 */
class DockerComposeConnectionTests {

	@ParameterizedTest
	@CsvSource({ "zookeeper:3.9, 2181, zookeeper", "bitnami/zookeeper, 2181, zookeeper",
			"quay.io/coreos/etcd:v3.5.21, 2379, etcd", "gcr.io/etcd-development/etcd, 2379, etcd",
			"hashicorp/consul:1.20, 8500, consul", "consul:1.15, 8500, consul",
			"memcached:1.6-alpine, 11211, memcached" })
	void serviceIsFoundByItsImage(String image, int port, String scheme) throws ReflectiveOperationException {
		assertThat(details(new Service(image, port, Map.of()))).get()
			.satisfies((details) -> assertThat(details.getUrl()).isEqualTo(scheme + "://compose.example:4711"));
	}

	@Test
	void serviceIsFoundByItsLabel() throws ReflectiveOperationException {
		Service service = new Service("registry.example/our-own:1", 2379,
				Map.of("org.springframework.boot.service-connection", "etcd"));

		assertThat(details(service)).get()
			.satisfies((details) -> assertThat(details.getUrl()).isEqualTo("etcd://compose.example:4711"));
	}

	@ParameterizedTest
	@CsvSource({ "redis:7, 6379", "rabbitmq:4, 5672", "prom/memcached-exporter, 9150" })
	void otherServicesAreLeftToOthers(String image, int port) throws ReflectiveOperationException {
		assertThat(details(new Service(image, port, Map.of()))).isEmpty();
	}

	private static Optional<CoordinationConnectionDetails> details(RunningService service)
			throws ReflectiveOperationException {
		Constructor<DockerComposeConnectionSource> constructor = DockerComposeConnectionSource.class
			.getDeclaredConstructor(RunningService.class, Environment.class);
		constructor.setAccessible(true);
		Map<Class<?>, ConnectionDetails> found = new ConnectionDetailsFactories(
				DockerComposeConnectionTests.class.getClassLoader())
			.getConnectionDetails(constructor.newInstance(service, new MockEnvironment()), false);
		return Optional.ofNullable((CoordinationConnectionDetails) found.get(CoordinationConnectionDetails.class));
	}

	/**
	 * A service that runs.
	 */
	private record Service(String imageName, int port, Map<String, String> labels) implements RunningService {

		@Override
		public String name() {
			return "service";
		}

		@Override
		public ImageReference image() {
			return ImageReference.of(this.imageName);
		}

		@Override
		public String host() {
			return "compose.example";
		}

		@Override
		public ConnectionPorts ports() {
			return new Ports(this.port);
		}

		@Override
		public Map<String, String> env() {
			return Map.of();
		}

	}

	/**
	 * Its port, as it is mapped.
	 */
	private record Ports(int port) implements ConnectionPorts {

		@Override
		public int get(int containerPort) {
			assertThat(containerPort).isEqualTo(this.port);
			return 4711;
		}

		@Override
		public List<Integer> getAll() {
			return List.of(4711);
		}

		@Override
		public List<Integer> getAll(String protocol) {
			return getAll();
		}

	}

}
