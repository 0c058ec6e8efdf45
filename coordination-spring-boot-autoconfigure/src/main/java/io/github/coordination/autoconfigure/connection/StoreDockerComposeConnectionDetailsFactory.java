package io.github.coordination.autoconfigure.connection;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

import io.github.coordination.autoconfigure.CoordinationConnectionDetails;

/**
 * Makes a store that Docker Compose runs the one to coordinate through.
 */
abstract class StoreDockerComposeConnectionDetailsFactory
		extends DockerComposeConnectionDetailsFactory<CoordinationConnectionDetails> {

	private final Store store;

	StoreDockerComposeConnectionDetailsFactory(Store store) {
		super(store.images().toArray(String[]::new));
		this.store = store;
	}

	@Override
	protected CoordinationConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new Details(source.getRunningService(), this.store);
	}

	/**
	 * Of ZooKeeper.
	 */
	static final class ZooKeeper extends StoreDockerComposeConnectionDetailsFactory {

		ZooKeeper() {
			super(Store.ZOOKEEPER);
		}

	}

	/**
	 * Of etcd.
	 */
	static final class Etcd extends StoreDockerComposeConnectionDetailsFactory {

		Etcd() {
			super(Store.ETCD);
		}

	}

	/**
	 * Of Consul.
	 */
	static final class Consul extends StoreDockerComposeConnectionDetailsFactory {

		Consul() {
			super(Store.CONSUL);
		}

	}

	/**
	 * Of memcached.
	 */
	static final class Memcached extends StoreDockerComposeConnectionDetailsFactory {

		Memcached() {
			super(Store.MEMCACHED);
		}

	}

	/**
	 * Where the service was when it was found.
	 */
	private static final class Details extends DockerComposeConnectionDetails implements CoordinationConnectionDetails {

		private final String url;

		Details(RunningService service, Store store) {
			super(service);
			this.url = store.url(service.host(), service.ports().get(store.port()));
		}

		@Override
		public String getUrl() {
			return this.url;
		}

	}

}
