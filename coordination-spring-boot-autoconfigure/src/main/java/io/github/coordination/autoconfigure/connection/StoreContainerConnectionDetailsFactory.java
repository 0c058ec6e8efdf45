package io.github.coordination.autoconfigure.connection;

import org.testcontainers.containers.Container;

import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;

import io.github.coordination.autoconfigure.CoordinationConnectionDetails;

/**
 * Makes {@code @ServiceConnection} containers of a store the one to coordinate through.
 */
abstract class StoreContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<Container<?>, CoordinationConnectionDetails> {

	private final Store store;

	StoreContainerConnectionDetailsFactory(Store store) {
		super(store.images());
		this.store = store;
	}

	@Override
	protected CoordinationConnectionDetails getContainerConnectionDetails(
			ContainerConnectionSource<Container<?>> source) {
		return new Details(source, this.store);
	}

	/**
	 * Of ZooKeeper.
	 */
	static final class ZooKeeper extends StoreContainerConnectionDetailsFactory {

		ZooKeeper() {
			super(Store.ZOOKEEPER);
		}

	}

	/**
	 * Of etcd.
	 */
	static final class Etcd extends StoreContainerConnectionDetailsFactory {

		Etcd() {
			super(Store.ETCD);
		}

	}

	/**
	 * Of Consul.
	 */
	static final class Consul extends StoreContainerConnectionDetailsFactory {

		Consul() {
			super(Store.CONSUL);
		}

	}

	/**
	 * Of memcached.
	 */
	static final class Memcached extends StoreContainerConnectionDetailsFactory {

		Memcached() {
			super(Store.MEMCACHED);
		}

	}

	/**
	 * Asks the container when it runs.
	 */
	private static final class Details extends ContainerConnectionDetails<Container<?>>
			implements CoordinationConnectionDetails {

		private final Store store;

		Details(ContainerConnectionSource<Container<?>> source, Store store) {
			super(source);
			this.store = store;
		}

		@Override
		public String getUrl() {
			return this.store.url(getContainer().getHost(), getContainer().getMappedPort(this.store.port()));
		}

	}

}
