package io.github.coordination.autoconfigure.connection;

import java.util.List;

/**
 * A store that is run from an image.
 */
enum Store {

	ZOOKEEPER("zookeeper", 2181, "zookeeper", "bitnami/zookeeper", "bitnamilegacy/zookeeper"),

	ETCD("etcd", 2379, "etcd", "coreos/etcd", "etcd-development/etcd", "bitnami/etcd", "bitnamilegacy/etcd"),

	CONSUL("consul", 8500, "consul", "hashicorp/consul", "bitnami/consul", "bitnamilegacy/consul"),

	MEMCACHED("memcached", 11211, "memcached", "bitnami/memcached", "bitnamilegacy/memcached");

	private final String scheme;

	private final int port;

	private final List<String> images;

	Store(String scheme, int port, String... images) {
		this.scheme = scheme;
		this.port = port;
		this.images = List.of(images);
	}

	/** The names of its images, without registry and tag. */
	List<String> images() {
		return this.images;
	}

	/** The port it listens on in the container. */
	int port() {
		return this.port;
	}

	/** The url of one that is reached at this port. */
	String url(String host, int mappedPort) {
		return this.scheme + "://" + host + ":" + mappedPort;
	}

}
